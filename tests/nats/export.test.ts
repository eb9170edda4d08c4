/** An export's engine may have lost its leader, or lose it in the middle: it is waited for, and not for ever. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { exportDraw } from '../../src/cluster/export.ts';
import type { OrderedLog } from '../../src/cluster/ordered-log.ts';
import { errors } from '../../src/nats/packages.ts';
import { patientLog } from '../../src/nats/patient-log.ts';
import { MemoryLog } from '../cluster/memory-log.ts';
import { hello, openServer } from '../cluster/support.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { batch } from '../store/helpers.ts';
import { Program } from '../support/program.ts';
import { temporaryFolder } from '../support/system.ts';

/** A log of some entries, and what its files are. */
async function logOfBets(t: TestContext) {
  const log = new MemoryLog();
  const server = await openServer(t, log.port());
  await server.say(hello(1), batch(1, 0, 5));
  await server.say(hello(2), batch(2, 0, 5));
  const { entries, head } = await exportDraw(log.port(), new FaultDisk(), '/out');
  return { port: log.port(), entries, head };
}

test('a leader that is chosen meanwhile is waited for, before the first entry and after any', async (t) => {
  const { port, entries, head } = await logOfBets(t);
  assert.ok(entries >= 3);
  const said: string[] = [];
  const notice = ({ result }: { result: string }) => said.push(result);
  let asked = 0;
  const given: number[] = [];
  const electing: OrderedLog = {
    ...port,
    last: async () => {
      if (++asked <= 2) throw new Error('timeout');
      return port.last();
    },
    async *read(from, to) {
      for await (const entry of port.read(from, to)) {
        if (given.includes(entry.sequence)) assert.fail(`entry ${entry.sequence} is read twice`);
        given.push(entry.sequence);
        yield entry;
        if (entry.sequence < to) throw new Error('timeout');
      }
    },
  };
  const exported = await exportDraw(patientLog(electing, notice), new FaultDisk(), '/out');
  assert.deepEqual([exported.entries, exported.head], [entries, head]);
  assert.equal(said.filter((result) => result === 'success').length, entries);
});

test('an engine that goes on giving nothing ends an export with what it said, and how long it was waited for', async (t) => {
  const { port } = await logOfBets(t);
  const fail = async (): Promise<never> => {
    throw new Error('no responders');
  };
  const mute: Partial<OrderedLog>[] = [
    { last: fail },
    {
      // biome-ignore lint/correctness/useYield: it gives nothing
      async *read() {
        await fail();
      },
    },
  ];
  for (const how of mute) {
    const disk = new FaultDisk();
    await assert.rejects(
      exportDraw(
        patientLog({ ...port, ...how }, () => {}, 0),
        disk,
        '/out',
      ),
      {
        code: 'IO',
        exitCode: 1,
        message: 'cannot export to "/out": no responders (waited 0 s)',
      },
    );
    assert.deepEqual(await disk.list('/out'), [], 'half a file stays');
  }
});

test('what a killed export has left goes, and nothing else of the folder', async (t) => {
  const { port } = await logOfBets(t);
  // No process has a number beyond Linux's highest.
  const left = ['bets.csv', 'journal.ndjson'].map((name) => `${name}.4194305.abcdef.unfinished`);
  const others = [
    'notes.txt',
    'notes.txt.4194305.abcdef.unfinished',
    `bets.csv.${process.pid}.abcdef.unfinished`,
  ];
  const files = [...left, ...others].map((name) => [`/out/${name}`, Buffer.from('x')] as const);
  const disk = FaultDisk.holding(new Map(files));
  await exportDraw(port, disk, '/out');
  assert.deepEqual((await disk.list('/out')).sort(), [...others, 'bets.csv', 'journal.ndjson'].sort());
});

test('of two that export into a folder at once, the later one leaves the files of the other', async (t) => {
  const { port, entries } = await logOfBets(t);
  const disk = new FaultDisk();
  const overtaken: OrderedLog = {
    ...port,
    async *read(from, to) {
      for await (const entry of port.read(from, to)) {
        if (entry.sequence === entries) await exportDraw(port, disk, '/out');
        yield entry;
      }
    },
  };
  await assert.rejects(exportDraw(overtaken, disk, '/out'), {
    code: 'FOREIGN',
    message: 'cannot export to "/out": /out/bets.csv is there, name another folder',
  });
  const alone = new FaultDisk();
  await exportDraw(port, alone, '/out');
  assert.deepEqual(disk.files(), alone.files());
});

test('a permission that lacks is not waited for', async (t) => {
  const { port } = await logOfBets(t);
  const last = async () => {
    throw new errors.PermissionViolationError('no', 'publish', '$JS.API.STREAM.INFO.x');
  };
  const notice = () => assert.fail('it waits');
  await assert.rejects(exportDraw(patientLog({ ...port, last }, notice), new FaultDisk(), '/out'), {
    exitCode: 2,
    message: /its user must be allowed to/,
  });
});

/** As much of a node as an export asks, with an empty draw `x`: how long that is it says when it is asked again. */
async function forgetfulNode(t: TestContext): Promise<string> {
  const stream = { config: { name: 'QUINIELA-x' }, state: { last_seq: 0 } };
  const type = 'io.nats.jetstream.api.v1.stream_names_response';
  const names = { type, total: 1, offset: 0, limit: 1024, streams: ['QUINIELA-x'] };
  let asked = 0;
  const answer = (subject: string): object | undefined => {
    if (subject.endsWith('.STREAM.NAMES')) return names;
    return subject.includes('.STREAM.INFO.') && ++asked > 1 ? stream : undefined;
  };
  const server = createServer((socket: Socket) => {
    const info = { server_id: 'x', version: '2.10.27', headers: true, max_payload: 1_000_000, proto: 1 };
    socket.write(`INFO ${JSON.stringify(info)}\r\n`);
    socket.on('error', () => {});
    let inbox = '1';
    socket.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString('latin1').split('\r\n')) {
        const [word, subject = '', third = '', ...more] = line.split(' ');
        if (word === 'PING') socket.write('PONG\r\n');
        if (word === 'SUB') inbox = more[0] ?? third;
        if (word !== 'PUB' && word !== 'HPUB') continue;
        const body = JSON.stringify(answer(subject));
        if (body) socket.write(`MSG ${third} ${inbox} ${body.length}\r\n${body}\r\n`);
      }
    });
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `nats://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('the command asks an engine again that does not say how long the log is', async (t) => {
  const dir = join(temporaryFolder(t), 'out');
  const url = await forgetfulNode(t);
  const program = new Program(['export', '--from', url, '--draw', 'x', dir]);
  t.after(() => program.kill());
  assert.deepEqual(await program.exited, { code: 2, signal: null }, program.stderr);
  assert.match(
    program.stderr,
    /^quiniela: timeout\nquiniela: the engine answers\nquiniela: .* the log is empty\n$/,
  );
});
