/**
 * SIGTERM and SIGINT end a server well in every state: exit code 0 within 5 s, agencies told to come back, a
 * line for each thing that was closed, and the draw goes on at the next start.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { batchLine, doneLine, makeBets, winnersLine } from '../support/bets.ts';
import { noOwnNetwork, withoutNames } from '../support/no-names.ts';
import { greet, Peer } from '../support/peer.ts';
import { type Program, STOP_MS } from '../support/program.ts';
import { launchServer, type RunningServer, startServer, temporaryFolder, until } from '../support/system.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const SHUTTING_DOWN = 'ERROR:SHUTTING_DOWN:the server was told to stop, come back later';
const FILES = ['bets.csv', 'journal.ndjson'];
const ROWS = makeBets(1, 20, 1);

const closedBy = (program: Program): string[] =>
  program.lines.flatMap(
    (line) => /close \| result: success \| resource: ([^|]*)/.exec(line)?.[1]?.trim() ?? [],
  );

const expectGoodEnd = async (program: Program, signal: NodeJS.Signals, closed: readonly string[]) => {
  await program.expectExit(0, STOP_MS);
  assert.equal(program.count(`action: signal_received | result: success | signal: ${signal}`), 1);
  const since = program.lines.findIndex((line) => line.includes('signal_received'));
  const last = program.lines.slice(since + 1);
  for (const resource of [...closed, ...FILES]) {
    assert.equal(
      last.filter(
        (line) => line.endsWith(`resource: ${resource}`) || line.includes(`resource: ${resource} |`),
      ).length,
      1,
      resource,
    );
  }
  assert.deepEqual(closedBy(program).slice(-2), FILES);
};

type State = {
  closes: readonly string[];
  /** Brings a server of two agencies into the state. @returns its agencies, the first with an upload */
  reach: (server: RunningServer) => Promise<readonly Peer[]>;
  /** The agencies have heard their winners: they are not told to come back. */
  drawn?: true;
};

const STATES: Readonly<Record<string, State>> = {
  'listens, and nobody is there': { closes: ['listener'], reach: async () => [] },
  'receives batches': {
    closes: ['listener', 'connection of agency 1'],
    reach: async ({ port }) => {
      const peer = await greet(port, 1);
      peer.send(batchLine(0, ROWS));
      await peer.expectLine('STORED:20');
      await peer.sendPieces(['BATCH:20:1,Ana,Lor']);
      return [peer];
    },
  },
  'awaits all agencies': {
    closes: ['listener', 'connection of agency 1'],
    reach: async ({ port, dir }) => {
      const peer = await greet(port, 1);
      peer.send(batchLine(0, ROWS) + doneLine(1, ROWS));
      await peer.expectLine('STORED:20');
      await untilJournalHas(dir, '"done":[1]');
      return [peer];
    },
  },
  'announces the winners': {
    closes: ['listener', 'connection of agency 1', 'connection of agency 2'],
    drawn: true,
    reach: async ({ port }) => {
      const peers = [await greet(port, 1), await greet(port, 2)];
      peers[0]!.send(batchLine(0, ROWS) + doneLine(1, ROWS));
      await peers[0]!.expectLine('STORED:20');
      peers[1]!.send('DONE:2:0:0\n');
      for (const peer of peers) await peer.expectLine(/^WINNERS:/);
      return peers;
    },
  },
};

const untilJournalHas = (dir: string, text: string): Promise<void> =>
  until(() => readFileSync(join(dir, 'journal.ndjson'), 'utf8').includes(text), `the journal has ${text}`);

for (const [name, { reach, closes, drawn }] of Object.entries(STATES)) {
  test(`a server that ${name} ends well, and goes on at the next start`, async (t) => {
    for (const signal of SIGNALS) {
      const server = await startServer(t, { agencies: 2 });
      const peers = await reach(server);
      server.program.signal(signal);
      for (const peer of peers) {
        if (!drawn) await peer.expectLine(SHUTTING_DOWN);
        await peer.expectEnd();
      }
      await expectGoodEnd(server.program, signal, closes);
      await expectDraw(t, server.dir, peers.length > 0, drawn);
    }
  });
}

/** The next server takes the upload where it stands, and the draw takes place once. */
const expectDraw = async (t: TestContext, dir: string, hasUpload: boolean, drawn: true | undefined) => {
  const { program, port } = await startServer(t, { agencies: 2, dir });
  const { length } = hasUpload ? ROWS : [];
  const one = await Peer.connect(port);
  one.send('HELLO:1\n');
  await one.expectLine(new RegExp(`^WELCOME:1:${length}:`));
  one.send((hasUpload ? '' : batchLine(0, ROWS)) + doneLine(1, ROWS));
  if (!hasUpload) await one.expectLine('STORED:20');
  const two = await greet(port, 2);
  two.send('DONE:2:0:0\n');
  await two.expectLine(winnersLine());
  await one.expectLine(winnersLine(ROWS.find((row) => row[5] === '7574')![3]));
  one.end();
  two.end();
  await program.expectExit(0);
  assert.equal(program.count('action: sorteo'), drawn ? 0 : 1);
};

test('a server that is opening its store ends well once that is done', async (t) => {
  for (const signal of SIGNALS) {
    const dir = join(temporaryFolder(t), 'draw');
    mkdirSync(dir);
    // A server that lost a race for the lock is being put back: whoever comes waits for that.
    const holder = createServer((socket: Socket) => socket.destroy()).listen(join(dir, 'lock.otest'));
    await once(holder, 'listening');
    const { program } = launchServer(t, { dir });
    await once(holder, 'connection');
    program.signal(signal);
    await program.line('signal_received');
    holder.close();
    await expectGoodEnd(program, signal, []);
    assert.equal(program.count('accept_connections'), 0);
  }
});

test('a server that is drawing writes its draw down, and announces it at the next start', async (t) => {
  const rows = makeBets(1, 40_000, 5);
  // The search takes some milliseconds: the signal may come after it, and then another server is tried.
  for (let attempt = 0; attempt < 10; attempt++) {
    const server = await startServer(t, { agencies: 1 });
    const peer = await greet(server.port, 1);
    for (let at = 0; at < rows.length; at += 100) peer.send(batchLine(at, rows.slice(at, at + 100)));
    for (let at = 0; at < rows.length; at += 100) await peer.line();
    peer.send(doneLine(1, rows));
    await untilJournalHas(server.dir, '"done":[1]');
    server.program.signal('SIGTERM');
    await server.program.expectExit(0, STOP_MS);
    const wasCaught = server.program.count('sorteo') === 0;
    const again = await startServer(t, { agencies: 1, dir: server.dir });
    const back = await Peer.connect(again.port);
    back.send('HELLO:1\n');
    await back.expectLine(/^WELCOME:1:40000:/);
    back.send(doneLine(1, rows));
    assert.equal((await back.line()).split(',').length, 5);
    back.end();
    await again.program.expectExit(0);
    if (wasCaught) return t.diagnostic(`caught at attempt ${attempt + 1}`);
  }
  t.diagnostic('the search for the winners was too quick to be caught');
});

test('sessions of every kind are closed: unidentified, echo, half a line, half open', async (t) => {
  for (const signal of SIGNALS) {
    const { program, port, dir } = await startServer(t, { env: { SERVER_PAUSE_TIMEOUT: '30s' } });
    const silent = await Peer.connect(port);
    const echo = await Peer.connect(port);
    echo.send('echo\nhalf a li');
    await echo.expectLine('echo');
    const original = await Peer.connect(port);
    original.send('2,Ana,Paz,1,2000-01-01,7\n2,Ana');
    await original.expectLine('0');
    const halfOpen = await greet(port, 1);
    halfOpen.end('DONE:1:0:0\n');
    await untilJournalHas(dir, '"done":[1]');
    program.signal(signal);
    for (const peer of [silent, echo, original]) await peer.expectEnd();
    await halfOpen.expectLine(SHUTTING_DOWN);
    await halfOpen.expectEnd();
    await program.expectExit(0, STOP_MS);
    assert.equal(closedBy(program).filter((resource) => resource.startsWith('connection')).length, 4);
  }
});

test('peers that do not close are cut after a while, and the exit code is 0 all the same', async (t) => {
  const { program, port } = await startServer(t);
  const peers = [await greet(port, 1), await greet(port, 2)];
  program.signal('SIGTERM');
  for (const peer of peers) await peer.expectLine(SHUTTING_DOWN);
  await expectGoodEnd(program, 'SIGTERM', ['listener', 'connection of agency 1', 'connection of agency 2']);
});

for (const [second, code] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const) {
  test(`a second signal, ${second}, ends a server at once with ${code}`, async (t) => {
    const { program, port } = await startServer(t);
    const peer = await greet(port, 1);
    program.signal('SIGTERM');
    await program.line('signal_received');
    await peer.expectLine(SHUTTING_DOWN);
    program.signal(second);
    // Who had waited for the peer would say 0.
    await program.expectExit(code);
  });
}

test('a signal while a server closes after its draw changes nothing: it ends with 0, a second one with 143', async (t) => {
  for (const [signals, code] of [
    [['SIGTERM'], 0],
    [['SIGINT', 'SIGTERM'], 143],
  ] as const) {
    const { program, port } = await startServer(t, { agencies: 1 });
    // Never ends its side: the server waits for it while it closes.
    const silent = await Peer.connect(port);
    const peer = await greet(port, 1);
    peer.send(batchLine(0, ROWS) + doneLine(1, ROWS));
    await peer.expectLine('STORED:20');
    await peer.expectLine(/^WINNERS:/);
    peer.end();
    await program.line('resource: connection of agency 1');
    for (const signal of signals) {
      program.signal(signal);
      if (signal === signals[0])
        await program.line(`action: signal_received | result: success | signal: ${signal}`);
    }
    await program.expectExit(code);
    silent.destroy();
  }
});

test('a server ends well while the name that it listens on is being looked up', {
  skip: noOwnNetwork,
}, async (t) => {
  const { untilItAsks, shell, env } = withoutNames(t);
  const { program } = launchServer(t, { env: { ...env, SERVER_HOST: 'a-name' }, shell });
  await untilItAsks(program);
  program.signal('SIGTERM');
  await program.expectExit(0, STOP_MS);
  assert.equal(program.count('not everything closed'), 0);
});
