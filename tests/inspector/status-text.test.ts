/** What `quiniela status` prints: nothing in it acts on the terminal, whoever posted it or answers as a hub. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { emptyPicture } from '../../src/inspector/view/picture.ts';
import { fromData } from '../../src/inspector/view/picture-data.ts';
import { statusText } from '../../src/inspector/view/status-text.ts';
import { quoted } from '../../src/to-type.ts';
import { Program } from '../support/program.ts';
import { temporaryFolder } from '../support/system.ts';
import { hasScript } from '../support/terminal.ts';
import { actorEvent } from './posts.ts';

/** Titles, colours and cursors; C1; marks that turn the reading direction; what ends a line. */
const ACTING = '\u001b]0;PWNED\u0007\u001b[2J\u009b31m\u202egnp\u2066\u200f\r\n\u2028\u0000\u007f';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

test('names and states of a recorded run are escaped, and cut', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  const events = [
    actorEvent('a.0', {
      name: `n${ACTING}`,
      snapshot: { status: 'active', value: { [`s${ACTING}`]: ACTING } },
    }),
    actorEvent('a.1', { name: 'x'.repeat(5_000), snapshot: { status: 'active', value: 'y'.repeat(250) } }),
    actorEvent('a.2', {
      name: 'agency',
      machine: 'agency',
      snapshot: { status: 'active', value: `z${ACTING}`, context: { id: 7, stored: -5 } },
    }),
  ];
  writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const status = new Program(['status', '--file', file]);
  await status.expectExit(0);
  const text = status.lines.join('\n');
  assert.doesNotMatch(text, RAW);
  assert.match(text, /● n\\x1b\]0;PWNED\\x07/);
  assert.ok(Math.max(...status.lines.map(({ length }) => length)) <= 260);
});

test('of actors that take part in no draw there is a list, and no word of a draw', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  const events = [
    actorEvent('a.0', { name: 'lamp', definition: '{"id":"lamp","states":{"on":{}}}', machine: undefined }),
    actorEvent('a.1', { name: 'switch' }),
  ];
  writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const status = new Program(['status', '--file', file]);
  await status.expectExit(0);
  assert.match(status.lines[0] ?? '', /^● lamp/);
  assert.equal(status.lines.length, 2);
});

test("a file's name in an error text does not act either", async () => {
  const name = ACTING.replace('\u0000', '');
  const status = new Program(['status', '--file', name]);
  assert.notEqual((await status.exited).code, 0);
  assert.match(status.stderr, /^quiniela: cannot replay "\\x1b\]0;PWNED\\x07/);
  assert.doesNotMatch(status.stderr.trimEnd(), RAW);
});

async function answering(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  t.after(() => server.close().closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('whatever answers as an inspector, it is one line, and no stack', async (t) => {
  const url = await answering(t, ({ url }, response) => {
    if (url === '/picture') response.writeHead(200).end(`{"actors":${ACTING}`);
    else response.writeHead(500).end();
  });
  const status = new Program(['status', '--url', url]);
  assert.deepEqual(await status.exited, { code: 1, signal: null });
  assert.match(status.stderr, /^quiniela: cannot ask the inspector at [^\n]*\n$/);
  for (const url of ['nonsense', 'ftp://127.0.0.1:8080', '']) {
    const bad = new Program(['status', '--url', url]);
    assert.deepEqual(await bad.exited, { code: 2, signal: null });
    assert.equal(
      bad.stderr,
      `quiniela: cannot ask the inspector: --url is ${JSON.stringify(url)}, must be a URL such as http://127.0.0.1:8080\n`,
    );
  }
  assert.doesNotMatch(status.stderr.trimEnd(), RAW);
});

test('a picture of anybody else is read as far as it is one', () => {
  for (const data of [
    null,
    7,
    [],
    {},
    { actors: 'x' },
    { actors: [null, 7, { id: 'x' }], ended: {}, agencies: [{}] },
  ])
    assert.deepEqual(fromData(data), emptyPicture());
  const chain = Array.from({ length: 20_000 }, (_, index) => ({
    id: `c.${index}`,
    parentId: `c.${index - 1}`,
    rootId: 'c.0',
    name: 'n',
    machine: 'm',
    status: 'active',
    lastAt: 0,
    received: 0,
    context: {},
    taken: {},
    lastTransitions: [],
  }));
  assert.equal(statusText(fromData({ actors: chain })).split('\n').length, chain.length);
});

/** A server and so many agencies that were told of in any order; every third one still uploads. */
const crowd = (agencies: number) => {
  const numbers = Array.from({ length: agencies }, (_, index) => agencies - index);
  const base = { rootId: 'x', lastAt: 0, received: 0, taken: {}, lastTransitions: [] };
  return fromData({
    actors: [
      ...numbers.map((id) => ({
        ...base,
        ...{
          id: `a${id}.0`,
          rootId: `a${id}.0`,
          name: 'agency',
          machine: 'agency',
          status: 'active',
          context: { id },
        },
        value: id % 3 === 0 ? { uploading: 'sending' } : 'awaitingWinners',
      })),
      ...[
        { ...base, id: 's.0', name: 'server', machine: 'server', status: 'active', value: 'x', context: {} },
      ],
    ],
  });
};

const screen = {
  look: { isUnicode: true, paint: (text: string) => text },
  columns: 60,
  rows: 12,
  isAll: false,
};

test('on a screen the server comes first, agencies by their number, and nothing is wider than it', () => {
  const lines = statusText(crowd(7), { ...screen, columns: 30, rows: undefined }).split('\n');
  const names = lines.flatMap((line) => /^● (server|agency \d)/.exec(line)?.[1] ?? []);
  assert.deepEqual(names, ['server', ...[1, 2, 3, 4, 5, 6, 7].map((id) => `agency ${id}`)]);
  assert.ok(lines.every((line) => [...line].length <= 30));
});

test('many are summed up by their state, and it is not higher than the screen; --all has each', () => {
  const text = statusText(crowd(99), screen);
  assert.match(text, /^● 66 × agency +awaitingWinners\n● 33 × agency +uploading › sending$/m);
  assert.ok(text.split('\n').length < 12);
  const all = statusText(crowd(99), { ...screen, isAll: true, rows: undefined });
  assert.equal(all.match(/^● agency \d+/gm)?.length, 99);
  const high = statusText(crowd(20), screen).split('\n');
  assert.equal(high.length, 11);
  assert.match(high.at(-1)!, /^… \d+ lines more$/);
});

test('a terminal that may know only ASCII gets no more', () => {
  const text = statusText(crowd(30), { ...screen, look: { ...screen.look, isUnicode: false } });
  assert.match(text, /^\* 20 x agency +awaitingWinners$/m);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: whatever is not ASCII
  assert.doesNotMatch(text, /[^\x00-\x7f]/);
});

test('--json is an object for programs', async () => {
  const status = new Program(['status', '--json', '--file', join(import.meta.dirname, 'run.ndjson')]);
  await status.expectExit(0);
  assert.equal(status.lines.length, 1);
  const { draw, agencies, machines } = JSON.parse(status.lines[0]!);
  assert.ok(draw.isDrawn && agencies.length === draw.wanted);
  assert.ok(
    machines.some(({ machine, status }: Record<string, string>) => machine === 'server' && status === 'done'),
  );
});

test('a program that watches with --json hears that nothing can be seen any more: it would take the last picture for a new one', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  copyFileSync(join(import.meta.dirname, 'run.ndjson'), file);
  const status = new Program(['status', '--json', '--watch', '--file', file]);
  t.after(() => status.kill());
  await status.line('"isDrawn":true');
  rmSync(file);
  assert.deepEqual(await status.exited, { code: 2, signal: null });
  assert.match(status.stderr, /^quiniela: cannot replay "[^\n]*run\.ndjson": [^\n]*\n$/);
});

test('an inspector that answers again is seen again, and no trouble is told any more', async (t) => {
  let asked = 0;
  const url = await answering(t, (_, response) => {
    if (++asked === 2) return response.writeHead(500).end();
    if (asked === 5) status.signal('SIGINT');
    return response.end(JSON.stringify({ events: 0, actors: [], definitions: [] }));
  });
  const status = new Program(['status', '--watch', '--url', url]);
  t.after(() => status.kill());
  await status.expectExit(0);
  assert.equal(status.count('This is what was last seen: '), 1);
});

test('what is no inspector is said to be none', async (t) => {
  const url = await answering(t, (_, response) => response.writeHead(404).end('{}'));
  const status = new Program(['status', '--url', url]);
  assert.deepEqual(await status.exited, { code: 1, signal: null });
  const said = `cannot ask the inspector at ${url}: it answers 404; INSPECT=1 starts one`;
  assert.equal(status.stderr, `quiniela: ${said}\n`);
});

test('--watch draws on a screen of its own, also what it cannot see any more, and it is gone after Ctrl-C', {
  skip: !hasScript,
}, async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  copyFileSync(join(import.meta.dirname, 'run.ndjson'), file);
  const words = [
    process.execPath,
    join(import.meta.dirname, '../../src/main.ts'),
    'status',
    '--watch',
    '--file',
    file,
  ];
  const child = spawn(
    'script',
    ['-qec', `stty cols 50 rows 10; exec ${words.map(quoted).join(' ')}`, '/dev/null'],
    {
      env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh', LANG: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  let out = '';
  let isAsked = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (out.split('\x1b[H').length >= 3) rmSync(file, { force: true });
    if (isAsked || !out.includes('This is what was last seen: ')) return;
    isAsked = true;
    child.stdin.write('\x03');
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  assert.ok(out.startsWith('\x1b[?1049h\x1b[?25l\x1b[H'));
  assert.ok(out.includes('\x1b[?25h\x1b[?1049l'));
  const frames = out
    .split('\x1b[H')
    .slice(1)
    .map((frame) => stripVTControlCharacters(frame).replace('^C', '').split('\r\n'));
  for (const frame of frames) {
    assert.ok(frame.length < 10, 'no line scrolls away');
    assert.ok(frame.every((line) => [...line].length <= 50));
  }
});
