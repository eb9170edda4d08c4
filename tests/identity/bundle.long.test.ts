/** The one file of the images makes certificates too, with nothing beside it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/system.ts';

const ROOT = join(import.meta.dirname, '../..');

test('the bundle makes certificates', (t) => {
  const folder = temporaryFolder(t);
  const bundle = join(folder, 'quiniela.mjs');
  execFileSync(process.execPath, [join(ROOT, 'tools/bundle.ts'), join(ROOT, 'src/main.ts'), bundle]);
  execFileSync(process.execPath, [bundle, 'certs', '--agencies', '1', '--out', 'certs'], { cwd: folder });
  for (const name of ['ca', 'server', 'health', 'agency-1'])
    assert.ok(existsSync(join(folder, 'certs', `${name}.pem`)), name);
});
