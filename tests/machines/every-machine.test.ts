import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, test } from 'node:test';

const MACHINES = new URL('../../machines/', import.meta.url);

/** Files that export a machine: `agency.ts`, but not `upload.ts`. */
const files = readdirSync(MACHINES, { recursive: true, encoding: 'utf8' }).filter(
  (file) =>
    file.endsWith('.ts') && /export const \w+Machine\b/.test(readFileSync(new URL(file, MACHINES), 'utf8')),
);

describe('every machine', () => {
  test('is found', () => assert.ok(files.includes('server/server.ts') && files.length >= 6, files.join()));

  for (const file of files) {
    test(`${file} has its generated paths tested`, () => {
      const tests = new URL(basename(file).replace(/\.ts$/, '.test.ts'), import.meta.url);
      const [, machine] = /export const (\w+Machine)\b/.exec(readFileSync(new URL(file, MACHINES), 'utf8'))!;
      assert.ok(existsSync(tests), `${tests.pathname} is missing`);
      assert.match(readFileSync(tests, 'utf8'), new RegExp(`testEveryPath\\(\\{\\s*machine: ${machine},`));
    });
  }
});
