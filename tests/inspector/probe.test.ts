/** What a watched process does of a hub that is restarted, hangs up, answers nonsense or too much: nothing but try. */
import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { createSocket as createDatagram } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createActor, createMachine } from 'xstate';
import { ANNOUNCE_MS } from '../../src/inspector/limits.ts';
import { attach } from '../../src/inspector/probe/attach.ts';
import { HubLookup } from '../../src/inspector/probe/hub-lookup.ts';
import { Outbox } from '../../src/inspector/probe/outbox.ts';
import { freePort, startServer, until } from '../support/system.ts';
import { askHub, startInspector } from './helpers.ts';

async function listening(t: TestContext, server: Server, port = 0): Promise<URL> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const fakeHub = (t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void) =>
  listening(
    t,
    createServer((request, response) => {
      request.resume().on('end', () => answer(request, response));
    }),
  );

/** An outbox that tells `line` of all that lives, each time that it is asked to. */
function startOutbox(t: TestContext, url: URL) {
  const seen = { announced: 0, announcedAt: [] as number[] };
  const outbox = new Outbox({
    url,
    process: 'p',
    onStranger: () => {
      seen.announced += 1;
      seen.announcedAt.push(performance.now());
      outbox.write('{"announced":1}');
    },
  });
  t.after(() => outbox.end());
  // The outbox keeps nobody alive; a test must.
  const alive = setInterval(() => {}, 1_000);
  t.after(() => clearInterval(alive));
  return { outbox, seen };
}

/** A hub that notes each line that it takes, by its number, and how many it is told are lost. */
async function notingHub(t: TestContext) {
  const seen = {
    ...{ lines: [] as string[], numbers: [] as number[], lost: 0 },
    /** Called for a request that it is to refuse. */
    refusing: undefined as (() => void) | undefined,
  };
  const url = await listening(
    t,
    createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece);
      const { 'quiniela-first': first, 'quiniela-lost': lost } = request.headers;
      if (seen.refusing) {
        seen.refusing();
        response.writeHead(503).end();
        return;
      }
      const lines = Buffer.concat(pieces).toString().split('\n').filter(Boolean);
      seen.lines.push(...lines);
      seen.numbers.push(...lines.map((_, index) => Number(first) + index));
      seen.lost = Number(lost);
      response.writeHead(204, { 'quiniela-hub': 'hub' }).end();
    }),
  );
  return { url, hub: seen };
}

const megabyte = (number: number): string => JSON.stringify({ number, text: 'x'.repeat(1024 * 1024) });

test('what a hub takes in time is never given up, however much it is in all', async (t) => {
  const { url, hub } = await notingHub(t);
  const { outbox, seen } = startOutbox(t, url);
  for (let number = 0; number < 12; number += 2) {
    for (const each of [number, number + 1]) outbox.write(megabyte(each));
    await until(() => hub.lines.length === number + 2, `line ${number} and the next`);
  }
  assert.deepEqual([outbox.lost, hub.lost, seen.announced], [0, 0, 0]);
  assert.deepEqual(
    hub.lines.map((line) => JSON.parse(line).number),
    [...hub.lines.keys()],
  );
});

test('what is too much to wait is given up and counted, and a hub that is known is told anew of all that lives', async (t) => {
  const { url, hub } = await notingHub(t);
  const { outbox, seen } = startOutbox(t, url);
  outbox.write('{"number":0}');
  await until(() => hub.lines.length === 1, 'the first line');
  for (let number = 1; number < 12; number += 1) outbox.write(megabyte(number));
  await until(() => hub.lines.includes('{"announced":1}'), 'it is told anew');
  const numbers = hub.lines.flatMap((line) => JSON.parse(line).number ?? []);
  assert.equal(numbers.at(-1), 11, 'what is newest says most');
  assert.ok(hub.lost > 0);
  assert.deepEqual([numbers.length + hub.lost, outbox.lost, seen.announced], [12, hub.lost, 1]);
});

test('a hub that refuses for a while gets each line once, in their order', async (t) => {
  const { url, hub } = await notingHub(t);
  const { outbox } = startOutbox(t, url);
  let refused = 0;
  hub.refusing = () => {
    refused += 1;
    outbox.write(`{"number":${refused}}`);
    if (refused === 2) hub.refusing = undefined;
  };
  outbox.write('{"number":0}');
  await until(() => hub.lines.length >= 3, 'all three');
  assert.deepEqual(
    hub.lines,
    [0, 1, 2].map((number) => `{"number":${number}}`),
  );
  assert.deepEqual([hub.numbers, outbox.lost], [[0, 1, 2], 0]);
});

test('a hub that is restarted while the system is idle gets its actors again', async (t) => {
  const port = await freePort();
  const first = await startInspector(t, { port });
  await startServer(t, { env: { INSPECT_URL: first.url } });
  const knowsServer = async (url: string) =>
    [...(await askHub(url)).actors.values()].some(({ name }) => name === 'server');
  await until(() => knowsServer(first.url), 'the first hub knows the server');
  await first.program.kill();
  const second = await startInspector(t, { port });
  // Nothing happens in the server meanwhile.
  await until(() => knowsServer(second.url), 'the second hub knows the server');
});

test('a hub that calls itself anew with each answer is told of all that lives now and then', async (t) => {
  let posts = 0;
  const url = await fakeHub(t, (_, response) => {
    posts += 1;
    response.writeHead(204, { 'quiniela-hub': `hub${posts}` }).end();
  });
  const { outbox, seen } = startOutbox(t, url);
  outbox.write('{"first":1}');
  await until(() => posts >= 1, 'the first post');
  outbox.write('{"second":1}');
  await until(() => seen.announced >= 2, 'it is told twice');
  const [first, second] = seen.announcedAt;
  assert.ok(second! - first! > ANNOUNCE_MS / 2, 'and not in between');
  assert.ok(posts < 12, `${posts} posts`);
});

test('a hub that hangs up after each answer is called at growing intervals', async (t) => {
  const times: number[] = [];
  const url = await fakeHub(t, (_, response) => {
    times.push(performance.now());
    response.writeHead(204, { 'quiniela-hub': 'hub', connection: 'close' }).end();
  });
  const { outbox } = startOutbox(t, url);
  outbox.write('{"first":1}');
  await until(() => times.length >= 4, 'it calls again');
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  assert.ok(gaps[2]! > 700, `${gaps}`);
});

test('answers that nobody asked for, and redirects, are taken from nobody', async (t) => {
  let connections = 0;
  const flood = 'HTTP/1.1 204 No Content\r\nquiniela-hub: x\r\n\r\n'.repeat(1_000);
  const url = await listening(
    t,
    createTcpServer((socket) => {
      connections += 1;
      const pour = () => {
        while (!socket.destroyed && socket.write(flood));
      };
      socket.on('data', pour).on('drain', pour);
    }),
  );
  const { outbox, seen } = startOutbox(t, url);
  outbox.write('{"first":1}');
  await until(() => connections >= 2, 'the connection is given up, another is made');
  assert.ok(seen.announced <= 1);

  const elsewhere: string[] = [];
  const target = await fakeHub(t, (request, response) => {
    elsewhere.push(request.url!);
    response.end();
  });
  let redirects = 0;
  const redirecting = await fakeHub(t, (_, response) => {
    redirects += 1;
    response.writeHead(307, { location: `${target}events` }).end();
  });
  const other = startOutbox(t, redirecting);
  other.outbox.write('{"first":1}');
  await until(() => redirects >= 2, 'it tries again');
  assert.deepEqual(elsewhere, []);
});

test('a name server that does not answer holds neither a thread nor the end of the process', async (t) => {
  const silent = createDatagram('udp4').bind(0, '127.0.0.1');
  t.after(() => silent.close());
  await once(silent, 'listening');
  const lookup = new HubLookup([`127.0.0.1:${silent.address().port}`]);
  const asked = once(silent, 'message');
  const failed = new Promise<Error | null>((resolve) =>
    lookup.find('hub.example', {}, (error) => resolve(error)),
  );
  await asked;
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((name) => name.startsWith('GetAddrInfo')),
    [],
  );
  lookup.cancel();
  assert.ok(await failed);
  const found = await new Promise((resolve) =>
    lookup.find('localhost', {}, (_, address) => resolve(address)),
  );
  assert.match(String(found), /^(127\.0\.0\.1|::1)$/);
});

test('a name that its name server does not know is asked of the system only if it stands in the file of hosts', async (t) => {
  const denying = createDatagram('udp4').bind(0, '127.0.0.1');
  t.after(() => denying.close());
  // The question goes back as it came, as an answer: there is no such name.
  denying.on('message', (question, { port, address }) => {
    const answer = Buffer.from(question);
    answer.writeUInt16BE(0x8183, 2);
    denying.send(answer, port, address);
  });
  await once(denying, 'listening');
  const lookup = new HubLookup([`127.0.0.1:${denying.address().port}`]);
  let asked = 0;
  const hook = createHook({
    init(_, type) {
      if (type === 'GETADDRINFOREQWRAP') asked += 1;
    },
  }).enable();
  t.after(() => hook.disable());
  const find = (name: string) =>
    new Promise<string | undefined>((resolve) => lookup.find(name, {}, (error) => resolve(error?.code)));

  assert.deepEqual([await find('hub.example'), asked], ['ENOTFOUND', 0]);
  const [known] =
    readFileSync('/etc/hosts', 'utf8').match(/(?<=^[0-9a-f.:]+[ \t]+)(?!localhost\b)\S+/gim) ?? [];
  // This machine's own name, mostly.
  if (known !== undefined) assert.deepEqual([await find(known), asked], [undefined, 1]);
  const before = asked;
  await find('localhost');
  assert.equal(asked, before + 1, 'what is asked is seen');
});

test('a hub that comes back gets what waited, in requests that it takes', async (t) => {
  const sizes: number[] = [];
  const numbers: number[] = [];
  const port = await freePort();
  const { outbox } = startOutbox(t, new URL(`http://127.0.0.1:${port}/`));
  const line = JSON.stringify({ text: 'x'.repeat(1_000) });
  for (let count = 0; count < 5_000; count += 1) outbox.write(line);
  await listening(
    t,
    createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const body = Buffer.concat(pieces);
        sizes.push(body.length);
        numbers.push(Number(request.headers['quiniela-first']), body.toString().split('\n').length);
        response.writeHead(204, { 'quiniela-hub': 'hub' }).end();
      });
    }),
    port,
  );
  const told = () => sizes.reduce((sum, size) => sum + size, 0);
  await until(() => told() >= 5_000 * line.length, 'all has come');
  assert.ok(Math.max(...sizes) <= 1024 * 1024 + 1_024 * 4, `${Math.max(...sizes)}`);
  for (let index = 2; index < numbers.length; index += 2)
    assert.equal(
      numbers[index],
      numbers[index - 2]! + numbers[index - 1]!,
      'each goes on where the last one ended',
    );
});

test('an address that no hub can have is said, and nothing is lost but what would be told', async (t) => {
  for (const address of ['https://127.0.0.1:8080', 'inspector:8080', '127.0.0.1', 'file:///run']) {
    const said = t.mock.method(console, 'error', () => {});
    const { inspect, end } = attach({ INSPECT_URL: address });
    createActor(createMachine({}), { inspect }).start();
    await end();
    assert.deepEqual(
      said.mock.calls.map(({ arguments: words }) => words),
      [[`quiniela: INSPECT_URL is "${address}", must be like http://127.0.0.1:8080`]],
    );
    said.mock.restore();
  }
});
