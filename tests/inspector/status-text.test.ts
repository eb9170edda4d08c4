/** What `quiniela status` prints: nothing in it acts on the terminal, whoever posted it or answers as a hub. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { emptyPicture, fromData } from '../../src/inspector/view/picture.ts';
import { statusText } from '../../src/inspector/view/status-text.ts';
import { Program } from '../support/program.ts';
import { temporaryFolder } from '../support/system.ts';
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
  assert.ok(statusText(fromData({ actors: chain })).split('\n').length > 20_000);
});
