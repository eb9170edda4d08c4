import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';

const FOLDER = new URL('../../machines/', import.meta.url);

/** What reaches out of a machine: the clock, the process, the network, chance. */
const OUTSIDE =
  /\b(?:Date|setTimeout|setInterval|setImmediate|queueMicrotask|process(?=\s*[.[])|console|performance|fetch|globalThis|Math\.random|crypto|require|import\.meta|WebSocket|await import)\b/g;

/** Types may come from anywhere: they are gone before anything runs. */
const withoutTypeImports = (source: string): string => source.replace(/^(?:import|export) type [^;]*;/gm, '');

/** The source without comments and strings, so that a word in a sentence is no offence. */
const codeOf = (source: string): string =>
  source.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
    (text) => (text.startsWith('`') ? (text.match(/\$\{[^}]*\}/g)?.join(' ') ?? '') : ''),
  );

const importsOf = (source: string): string[] =>
  [...withoutTypeImports(source).matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    ([, name]) => name!,
  );

/** `from` is the file's path in the folder. */
const isOfMachines = (name: string, from: string): boolean =>
  name === 'xstate' ||
  (/^\.\.?\//.test(name) && !join(dirname(from), name).startsWith('..') && name.endsWith('.ts'));

const offencesOf = (source: string, from = 'some-machine.ts'): string[] => [
  ...importsOf(source).filter((name) => !isOfMachines(name, from)),
  ...(codeOf(source).match(OUTSIDE) ?? []),
];

describe('machines', () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );

  test('are found', () => assert.ok(files.length >= 7));

  for (const file of files) {
    test(`${file} imports XState and other machines only, and knows no clock, process or chance`, () => {
      assert.deepEqual(offencesOf(readFileSync(new URL(file, FOLDER), 'utf8'), file), []);
    });
  }

  /** A callback actor is no machine: it has nothing but the event. */
  const isCallback = (file: string) => file === 'crowd.ts';

  for (const file of files.filter((file) => !isCallback(file))) {
    test(`${file} has no action or guard that looks which event it was`, () => {
      const code = codeOf(readFileSync(new URL(file, FOLDER), 'utf8'));
      assert.deepEqual(code.match(/\bevent\.type\s*[!=]==|\bswitch \(event\.type\)/g) ?? [], []);
    });
  }

  test('that reach out are noticed', () => {
    const cases: [string, string][] = [
      [`import { readFile } from 'node:fs';`, 'node:fs'],
      [`export { run } from '../src/system.ts';`, '../src/system.ts'],
      [`const later = await import('node:net');`, 'node:net'],
      ['const now = Date.now();', 'Date'],
      ['const now: number = new Date().getTime();', 'Date'],
      [`const text = \`at \${Date.now()}\`;`, 'Date'],
      ['setTimeout(() => {}, 1);', 'setTimeout'],
      ['const chance = Math.random();', 'Math.random'],
      ['process.exit(1);', 'process'],
      [`console.log('x');`, 'console'],
    ];
    for (const [source, offence] of cases) assert.ok(offencesOf(source).includes(offence), source);
    for (const innocent of [
      `import type { Socket } from 'node:net';`,
      `import { type Socket } from './session.ts';`,
      '// the process ends, the Date is unknown',
      `const text = 'process';`,
      'const birthDate = 1;',
    ])
      assert.deepEqual(offencesOf(innocent), [], innocent);
  });
});
