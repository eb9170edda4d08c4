/** `demo --inspect` at a terminal: its page is opened, waited for, and what happens is slow enough to be seen. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { hasDisplay } from '../../src/terminal/browser.ts';
import { PATIENCE_MS } from '../support/program.ts';
import { hasScript } from '../support/terminal.ts';
import { demoFolder, MAIN } from './helpers.ts';

/** A browser that notes what it is given, and reads the page's stream. */
const BROWSER = `#!${process.execPath}
require('node:fs').appendFileSync(__filename + '.opened', process.argv[2] + '\\n');
fetch(new URL('/stream', process.argv[2])).then(async ({ body }) => { for await (const _ of body); }, () => {});
`;

/** @param keys typed once the text has come */
async function onTerminal(
  args: readonly string[],
  env: Record<string, string>,
  keys: readonly (readonly [after: RegExp, key: string])[],
) {
  using folder = demoFolder();
  const browser = join(folder.path, 'browser.cjs');
  writeFileSync(browser, BROWSER);
  chmodSync(browser, 0o755);
  const demo = [process.execPath, MAIN, 'demo', '--inspect', '--agencies', '2', '--bets', '360', ...args];
  const command = `trap : INT; stty cols 100 rows 40; ${demo.map((word) => `'${word}'`).join(' ')}; code=$?; stty -a; exit $code`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: folder.path,
    env: {
      PATH: process.env.PATH,
      TERM: 'xterm',
      SHELL: '/bin/sh',
      LANG: 'C.UTF-8',
      BROWSER: browser,
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let out = '';
  const left = [...keys];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    const [next] = left;
    if (!next?.[0].test(stripVTControlCharacters(out))) return;
    left.shift();
    child.stdin.write(next[1]);
  });
  // What never comes must not be waited for.
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const [code] = await once(child, 'close');
  clearTimeout(late);
  const opened = existsSync(`${browser}.opened`)
    ? readFileSync(`${browser}.opened`, 'utf8').trim().split('\n')
    : [];
  return { code, opened, text: stripVTControlCharacters(out) };
}

const OVER = /can still be looked at/;
const PACED = /^Agencies {2}2, .*, slowed down to be watched\r?$/m;

describe('demo --inspect at a terminal', { skip: !hasScript && 'script of util-linux is not there' }, () => {
  test('opens its page, starts the agencies once it is there, and slows them down; o opens again, q ends', async () => {
    const { code, opened, text } = await onTerminal([], {}, [
      [PACED, 'o'],
      [OVER, 'q'],
    ]);
    assert.equal(code, 0, text);
    const [, address] = /^Inspector (\S+)/m.exec(text) ?? [];
    assert.deepEqual(opened, [address, address]);
    assert.match(text, PACED);
    assert.ok(text.indexOf('Watching') < text.indexOf('Agencies'));
    assert.match(text, /^ {3}total +720 +720 +\d+\r?$/m);
    assert.match(text, /Took \S+ s .*, slowed down to be watched/);
    assert.doesNotMatch(
      text.replace(/-(icanon|echo)\w+/g, ''),
      / -(icanon|echo)\b/,
      'the terminal is as it was',
    );
  });

  test('of a lab it opens the address by which one may act', async () => {
    for (const [args, env] of [
      [['--lab'], {}],
      [[], { INSPECT_CONTROL: '1' }],
    ] as const) {
      const { code, opened, text } = await onTerminal(args, env, [[PACED, 'q']]);
      assert.equal(code, 130, text);
      assert.match(opened[0] ?? '', /^http:\/\/127\.0\.0\.1:\d+\/lab\?ticket=[\w-]{43}$/);
      assert.ok(text.replaceAll(/\s/g, '').includes(opened[0] ?? 'none'), 'and says it');
    }
  });

  test('in a pipeline, or with --no-open: nothing is opened', async () => {
    const pipeline = await onTerminal([], { CI: 'true' }, [[OVER, '\x03']]);
    assert.equal(pipeline.code, 0, pipeline.text);
    assert.deepEqual(pipeline.opened, []);
    assert.doesNotMatch(pipeline.text, /Watching|slowed down/);
    const byHand = await onTerminal(['--no-open'], {}, [
      [/Watching/, 'o'],
      [PACED, 'q'],
    ]);
    assert.equal(byHand.code, 130, byHand.text);
    assert.equal(byHand.opened.length, 1, 'by its key only');
  });
});

test('a page is opened only where somebody sits in front of a screen', () => {
  assert.ok(!hasDisplay({}, 'linux'));
  assert.ok(hasDisplay({ DISPLAY: ':0' }, 'linux') && hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux'));
  assert.ok(!hasDisplay({ DISPLAY: ':10', SSH_CONNECTION: '1' }, 'linux'));
  assert.ok(hasDisplay({}, 'darwin') && !hasDisplay({ CI: '1' }, 'darwin'));
});
