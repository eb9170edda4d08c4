import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { codeOf, PAGES, type Page, ROOT } from './pages.ts';

/** The changelog names what there was. */
const CURRENT = PAGES.filter(({ path }) => path !== 'CHANGELOG.md');

const MAKEFILE = readFileSync(join(ROOT, 'Makefile'), 'utf8');

/** The targets with their line of help. */
const HELP = new Map(
  [...MAKEFILE.matchAll(/^([a-z][a-z -]*):(.*)$/gm)].flatMap(([, names = '', help = '']) =>
    names.split(' ').map((name) => [name, help] as const),
  ),
);

/** `quiniela --help`, or that of one of its commands. */
const helpOf = (...command: string[]): string =>
  execFileSync(process.execPath, [join(ROOT, 'src/main.ts'), ...command, '--help'], { encoding: 'utf8' });

const COMMANDS = new Set([...helpOf().matchAll(/^ {2}([a-z][a-z-]*)(?= )/gm)].map(([, name = '']) => name));

/** What a page tells its reader to type: a word, what follows it, and the line in which it stands. */
const typedIn = (page: Page, before: RegExp): { name: string; rest: string }[] =>
  codeOf(page).flatMap((line) => {
    const [, name, rest = ''] = new RegExp(`${before.source}([a-z][a-z-]*)(.*)$`).exec(line) ?? [];
    return name === undefined ? [] : [{ name, rest }];
  });

describe('what the pages tell people to type is there', () => {
  for (const page of CURRENT) {
    test(`make's targets and their variables: ${page.path}`, () => {
      for (const { name, rest } of typedIn(page, /(?:^|\s)make /)) {
        const help = HELP.get(name);
        assert.ok(help !== undefined, `make ${name}: there is no such target`);
        for (const [, variable = ''] of rest.matchAll(/\b([A-Z][A-Z_]*)=/g))
          assert.match(help, new RegExp(`\\b${variable}\\b`), `make ${name} does not speak of ${variable}`);
      }
    });

    test(`scripts and files that are run: ${page.path}`, () => {
      for (const line of codeOf(page)) {
        for (const [, file = ''] of line.matchAll(/(?:^|\s)(?:node |\.\/)([\w/.-]+\.(?:ts|sh))\b/g)) {
          assert.ok(existsSync(join(ROOT, file)), `${line}: there is no ${file}`);
          assert.notEqual(file, 'src/main.ts', `${line}: the user's own node may be too old`);
        }
      }
    });
  }

  test("quiniela's commands and their options", () => {
    const helps = new Map<string, string>();
    for (const page of CURRENT) {
      for (const { name, rest } of typedIn(page, /(?:^|\s)(?:\.\/)?quiniela /)) {
        assert.ok(COMMANDS.has(name), `${page.path}: quiniela ${name}: there is no such command`);
        const help = helps.get(name) ?? helpOf(name);
        helps.set(name, help);
        for (const [option] of rest.matchAll(/--[a-z-]+/g))
          assert.ok(help.includes(` ${option}`), `${page.path}: quiniela ${name} has no ${option}`);
      }
    }
    assert.ok(helps.size >= 5);
  });
});
