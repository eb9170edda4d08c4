/** A socket as a machine sees it: what counts as the peer's silence, slowness or drip, and what does not. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SocketEvent } from '../../machines/vocabulary/socket.ts';
import type { ClientEvent, ServerEvent, ServerMessage } from '../../machines/vocabulary/wire.ts';
import {
  DISCARDED_BYTES,
  LIGHT_BYTES,
  REFUSAL_PROBE_MS,
  REFUSAL_PROBES,
  SHORT_LIFE_COST_MS,
  SHORT_LIFE_MS,
  SHORT_SESSION_COST_MS,
} from '../../src/limits.ts';
import { Channel } from '../../src/net/channel.ts';
import type { ChannelLimits, Clock } from '../../src/net/peer-watch.ts';
import { endlessTurn, type Task, type Turns } from '../../src/net/turns.ts';
import { AgencyDecoder } from '../../src/protocol/agency-decoder.ts';
import { encodeReply, encodeReplyParts } from '../../src/protocol/encoder.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { giveBack, keep } from '../../src/slab.ts';
import { SimulatedTime } from '../simulation/clock.ts';
import { until } from '../support/system.ts';

/** A clock whose timers run only by hand. */
const handClock = () => {
  const timers = new Set<{ tell: () => void; ms: number }>();
  const clock: Clock = {
    setTimeout(tell, ms) {
      const timer = { tell, ms };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer) => timers.delete(timer as never),
  };
  const waiting = () => [...timers].map(({ ms }) => ms).sort((a, b) => a - b);
  /** Those of so many milliseconds are over. */
  const ring = (wanted: number) => {
    for (const timer of [...timers]) if (timer.ms === wanted && timers.delete(timer)) timer.tell();
  };
  return { clock, waiting, ring };
};

const GENEROUS: ChannelLimits = { frameMs: 60_000, idleMs: 60_000, unwrittenBytes: 1024 * 1024 };

/** A server's channel over a real connection, its events, and the socket at the other end. */
const open = async (
  t: TestContext,
  limits: Partial<ChannelLimits>,
  onEvent: (kind: string, channel: Channel<ClientEvent, ServerMessage>) => void = () => {},
  world: { turns?: Turns; clock?: Clock } = {},
) => {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const peer: Socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [[socket]] = await Promise.all([
    once(server, 'connection') as Promise<[Socket]>,
    once(peer, 'connect'),
  ]);
  const events: (ClientEvent | SocketEvent)[] = [];
  const channel = new Channel<ClientEvent, ServerMessage>({
    socket,
    decoder: new ServerDecoder(),
    encode: encodeReply,
    encodeParts: encodeReplyParts,
    emit: (event: ClientEvent | SocketEvent) => {
      events.push(event);
      onEvent(event.type, channel);
    },
    limits: { ...GENEROUS, ...limits },
    ...world,
  });
  channel.start();
  t.after(() => {
    channel.destroy();
    peer.destroy();
    server.close();
  });
  const kinds = () => events.map(({ type }) => type);
  /** The events, once there are so many, or one of this kind. */
  const heard = async (wanted: number | string) => {
    const isThere = () =>
      typeof wanted === 'number' ? events.length >= wanted : kinds().some((kind) => kind === wanted);
    while (!isThere()) await sleep(2);
    return kinds();
  };
  return { channel, peer, events, kinds, heard };
};

test('while what the peer said waits for its turn, neither silence nor a begun line is held against it', async (t) => {
  const waiting: Task[] = [];
  const turns: Turns = { ...endlessTurn, later: (task) => waiting.push(task) };
  const deadlines: (() => void)[] = [];
  const clock = { setTimeout: (tell: () => void) => deadlines.push(tell), clearTimeout: () => {} };
  const { channel, peer, kinds } = await open(t, { idleMs: 30 }, undefined, { turns, clock });
  channel.isStranger = true;
  const say = async (text: string) => {
    peer.write(text);
    await until(() => waiting.length > 0, 'it asks for a turn');
  };
  const serve = () => waiting.shift()?.work();
  const count = (wanted: string) => kinds().filter((kind) => kind === wanted).length;

  await say('one\ntw');
  const silent = count('socket.idled');
  await sleep(150);
  assert.equal(count('socket.idled'), silent);
  serve();
  assert.equal(count('client.echo'), 1);

  // The line's end is there before its time is over.
  await say('o\nthr');
  deadlines.shift()?.();
  serve();
  assert.equal(count('client.echo'), 2);
  assert.equal(count('frame.expired'), 0);

  // That of the next one is not.
  await say('e');
  deadlines.shift()?.();
  assert.equal(count('frame.expired'), 0);
  serve();
  await say('e');
  serve();
  assert.equal(count('frame.expired'), 1);
});

test('while the machine does not read, neither silence nor a begun line is held against the peer', async (t) => {
  const isLate = (kind: string) => kind === 'frame.expired' || kind === 'socket.idled';
  // It pauses at once, as a machine does: the peer has no time to be late.
  const { channel, peer, kinds, heard } = await open(t, { frameMs: 30, idleMs: 30 }, (kind, channel) => {
    if (kind === 'client.echo') channel.command({ type: 'socket.pause' });
  });
  peer.write('one\ntw');
  const soFar = (await heard('client.echo')).length;
  await sleep(150);
  assert.equal(kinds().length, soFar);
  channel.command({ type: 'socket.resume' });
  assert.ok((await heard(soFar + 1)).slice(soFar).every(isLate));
});

test('no clock runs against a peer that is not read, be it by the machine’s wish or its own, nor after its session', async (t) => {
  type Session = Awaited<ReturnType<typeof open>>;
  const cases: Record<string, (session: Session) => void> = {
    'the machine pauses': ({ channel }) => channel.command({ type: 'socket.pause' }),
    'the machine ends': ({ channel }) => channel.command({ type: 'socket.end' }),
    'a defect': ({ channel }) =>
      channel.command({ type: 'socket.say', message: { kind: 'echo', line: undefined as never } }),
    'the peer does not read its answers': ({ channel, peer }) => {
      peer.pause();
      channel.command({ type: 'socket.write', data: Buffer.alloc(20_000_000) });
      peer.write('o');
    },
    'the peer is gone': ({ peer }) => peer.resetAndDestroy(),
  };
  for (const [what, happens] of Object.entries(cases)) {
    const { clock, waiting } = handClock();
    const limits = { frameMs: 30, pauseMs: 20 };
    const session = await open(t, limits, () => {}, { turns: endlessTurn, clock });
    session.peer.on('error', () => {}).write('tw');
    await until(() => waiting().join() === '20,30', 'a begun line, and a pause');
    happens(session);
    await until(() => waiting().length === 0, what);
  }
});

test('bytes that wait for their turn end a pause; their line has the time from its beginning', async (t) => {
  const { clock, waiting } = handClock();
  const tasks: Task[] = [];
  const turns: Turns = { ...endlessTurn, soon: (task) => tasks.push(task) };
  const { peer } = await open(t, { frameMs: 30, pauseMs: 20 }, () => {}, { turns, clock });
  const say = async (text: string) => {
    peer.write(text);
    await until(() => tasks.length === 1, 'it asks for a turn');
  };
  await say('tw');
  tasks.shift()?.work();
  assert.deepEqual(waiting(), [20, 30]);
  await say('o');
  assert.deepEqual(waiting(), [30]);
});

test('a peer that has ended its side is asked if it is there, again after each answer, whole or in parts', async (t) => {
  const { clock, waiting, ring } = handClock();
  const { channel, peer, heard } = await open(t, {}, () => {}, { turns: endlessTurn, clock });
  const echo = { kind: 'echo', line: Buffer.from('one\n') } as const;
  const asks = () => {
    for (let probes = 0; probes < REFUSAL_PROBES; probes++) {
      assert.deepEqual(waiting(), [REFUSAL_PROBE_MS]);
      ring(REFUSAL_PROBE_MS);
    }
    ring(REFUSAL_PROBE_MS);
    assert.deepEqual(waiting(), []);
  };
  channel.command({ type: 'socket.say', message: echo });
  assert.deepEqual(waiting(), []);
  peer.resume().end();
  await heard('socket.ended');
  asks();
  for (let answers = 0; answers < 2; answers++) channel.command({ type: 'socket.say', message: echo });
  asks();
  channel.command({ type: 'socket.sayInParts', message: manyWinners(1) });
  asks();
});

test('what is said after the end is not said, and is no failure; of what was closed nothing is heard', async (t) => {
  const { channel, peer, events, heard } = await open(t, {});
  const say = (text: string) =>
    channel.command({ type: 'socket.say', message: { kind: 'echo', line: Buffer.from(text) } });
  say('one\n');
  channel.command({ type: 'socket.end' });
  say('two\n');
  let text = '';
  for await (const chunk of peer) text += chunk;
  assert.equal(text, 'one\n');
  peer.end();
  await heard('socket.closed');
  assert.deepEqual(events.at(-1), { type: 'socket.closed', reason: undefined });

  const closed = await open(t, {});
  closed.channel.command({ type: 'socket.sayInParts', message: manyWinners(1) });
  closed.channel.destroy();
  await new Promise(setImmediate);
  assert.deepEqual(closed.events, []);
});

test('who ends a channel that has closed is told so again: it may not have listened the first time', async (t) => {
  const { peer, channel, events, heard } = await open(t, {});
  peer.resetAndDestroy();
  await heard('socket.closed');
  channel.command({ type: 'socket.end' });
  assert.equal(events.filter(({ type }) => type === 'socket.closed').length, 2);
});

test('a pause is counted from the last byte, and told once, though the channel looked for messages before', async (t) => {
  const time = new SimulatedTime();
  let begun = 0;
  const setTimeout = (tell: () => void, ms: number) => {
    if (ms === 200) begun++;
    return time.setTimeout(tell, ms);
  };
  const clock = { setTimeout, clearTimeout: time.clearTimeout };
  const { channel, peer, kinds } = await open(t, { pauseMs: 200 }, undefined, { turns: endlessTurn, clock });
  const pass = (ms: number) => {
    const end = time.now + ms;
    time.setTimeout(() => {}, ms);
    while (time.now < end) time.step();
  };
  const pauses = () => kinds().filter((kind) => kind === 'peer.paused').length;
  peer.resume();

  peer.write('one\n');
  await until(() => begun === 1, 'it waits for a pause');
  pass(150);
  channel.command({ type: 'socket.write', data: Buffer.alloc(8_000_000) });
  await until(() => begun === 2, 'it looks for messages, as the answer has left');
  peer.write('two\n');
  await until(() => begun === 3, 'it waits for another pause');
  pass(150);
  assert.equal(pauses(), 0);
  pass(150);
  assert.equal(pauses(), 1);
});

test('what is written stays as it is until the system has it; then its memory is used again', async (t) => {
  const { channel, peer } = await open(t, { unwrittenBytes: 100_000_000 });
  const size = 200_000;
  // Far more than a kernel takes of a peer that does not read: what follows waits here.
  const before = Buffer.alloc(60 * size);
  channel.command({ type: 'socket.write', data: before });
  const places: ArrayBufferLike[] = [];
  for (let n = 0; n < 4; n++) {
    const data = keep(Buffer.alloc(size, n), size);
    places.push(data.buffer);
    channel.command({ type: 'socket.write', data });
  }
  /** Others ask for memory meanwhile, and need it no longer: all that is free is written over. */
  const overwrite = () => {
    const others = Array.from({ length: 4 }, () => keep(Buffer.alloc(size, '!'), size));
    for (const other of others) giveBack(other);
  };
  overwrite();
  let heard = 0;
  for await (const chunk of peer as AsyncIterable<Buffer>) {
    overwrite();
    chunk.forEach((byte, index) => {
      const at = heard + index - before.length;
      if (byte !== Math.max(0, Math.floor(at / size))) assert.fail(`byte ${at} is ${byte}`);
    });
    heard += chunk.length;
    if (heard === before.length + 4 * size) break;
  }
  const again = Array.from({ length: 60 }, () => keep(Buffer.alloc(size), size).buffer);
  assert.ok(again.some((buffer) => places.includes(buffer)));
});

test('after a defect nothing more is delivered: what comes is dropped, in strangers’ turns', async (t) => {
  for (const where of ['in a command', 'in its own turn']) {
    const waiting: Task[] = [];
    const turns: Turns = { ...endlessTurn, later: (task) => waiting.push(task) };
    const onEvent = (kind: string) => {
      if (kind === 'client.echo') throw new Error('a defect');
    };
    const { channel, peer, kinds } = await open(t, {}, onEvent, { turns });
    channel.isStranger = true;
    const say = async (text: string) => {
      peer.write(text);
      await until(() => waiting.length > 0, `it asks for a turn, after a defect ${where}`);
      return waiting.shift()?.work();
    };
    if (where === 'in a command')
      channel.command({ type: 'socket.say', message: { kind: 'echo', line: undefined as never } });
    else assert.equal(await say('one\n'), false);
    assert.equal(kinds().at(-1), 'socket.broken');
    const soFar = kinds().length;
    channel.command({ type: 'socket.end' });
    for (const text of ['two\n', 'three\n']) assert.equal(await say(text), false);
    const since = kinds().slice(soFar);
    assert.ok(!since.some((kind) => kind.startsWith('client.')), `${since}`);
  }
});

test('who goes on sending after its session is heard out for a while, then cut', async (t) => {
  for (const isMuch of [false, true]) {
    const { channel, peer, kinds } = await open(t, {});
    const gone = new Promise((resolve) => peer.on('error', () => {}).once('close', resolve));
    channel.command({ type: 'socket.end' });
    await once(peer.resume(), 'end');
    peer.write(Buffer.alloc(DISCARDED_BYTES, '\n'));
    if (isMuch) {
      // The kernel tells a peer that it was cut when that writes again, which it does until it knows.
      while (!peer.closed) {
        peer.write('\n');
        await new Promise(setImmediate);
      }
      await until(() => kinds().includes('socket.closed'), 'the channel says that it is closed');
    } else {
      peer.end();
      await gone;
      assert.equal(peer.errored, null);
    }
  }
});

test('silence is said each time that it lasts, not once in the life of a connection', async (t) => {
  const { heard } = await open(t, { idleMs: 20 });
  assert.deepEqual(await heard(3), ['socket.idled', 'socket.idled', 'socket.idled']);
});

test('a resumed machine is told nothing in the middle of its step, and can pause again', async (t) => {
  let pauses = true;
  const { channel, peer, kinds, heard } = await open(t, {}, (kind, channel) => {
    if (kind === 'client.echo' && pauses) channel.command({ type: 'socket.pause' });
  });
  peer.write('one\ntwo\n');
  await heard(1);
  channel.command({ type: 'socket.resume' });
  assert.equal(kinds().length, 1);
  channel.command({ type: 'socket.pause' });
  await new Promise(setImmediate);
  assert.equal(kinds().length, 1);
  pauses = false;
  channel.command({ type: 'socket.resume' });
  assert.deepEqual(await heard(2), ['client.echo', 'client.echo']);
});

test('one long answer may exceed what may wait; a second one behind it may not', async (t) => {
  const { channel, peer, kinds } = await open(t, { unwrittenBytes: 1_000 });
  peer.pause();
  const answer: ServerMessage = { kind: 'echo', line: Buffer.alloc(20_000_000, 'x') };
  channel.command({ type: 'socket.say', message: answer });
  assert.deepEqual(kinds(), []);
  channel.command({ type: 'socket.say', message: { kind: 'echo', line: Buffer.from('x\n') } });
  assert.deepEqual(kinds(), ['socket.choked']);
});

test('a peer that does not read its answers is not read, and goes on when it does', async (t) => {
  const { channel, peer, heard } = await open(t, {});
  peer.pause();
  channel.command({ type: 'socket.say', message: { kind: 'echo', line: Buffer.alloc(20_000_000, 'x') } });
  peer.write('one\ntwo\n');
  await sleep(20);
  assert.deepEqual(await heard(0), []);
  peer.resume();
  assert.deepEqual(await heard(2), ['client.echo', 'client.echo']);
});

test('answers that are said together leave in their order, and none is none', async (t) => {
  const { channel, peer } = await open(t, {});
  const echo = (text: string): ServerMessage => ({ kind: 'echo', line: Buffer.from(text) });
  channel.command({ type: 'socket.sayAll', messages: [] });
  channel.command({ type: 'socket.sayAll', messages: [echo('one\n'), echo('two\n')] });
  channel.command({ type: 'socket.say', message: echo('three\n') });
  let text = '';
  for await (const chunk of peer) {
    text += chunk;
    if (text.includes('three')) break;
  }
  assert.equal(text, 'one\ntwo\nthree\n');
});

/** Of buffers that are in use; those that the kernel has taken are swept up meanwhile. */
const bufferBytes = (): number => {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
};

/** The winners' documents, as many as there are. */
const manyWinners = (total: number): ServerMessage => ({
  kind: 'winners',
  documents: Array.from({ length: total }, (_, at) => String(at).padStart(8, '0')),
  head: 'c0ffee00'.repeat(8),
});

test('two million winners cost no memory while nobody reads, hold nobody up, and arrive whole once somebody does', async (t) => {
  const { channel, peer, kinds, heard } = await open(t, {});
  const message = manyWinners(2_000_000);
  peer.pause();
  const before = bufferBytes();
  channel.command({ type: 'socket.sayInParts', message });
  await sleep(200);
  await until(() => bufferBytes() - before < 4_000_000, 'the rest is not made yet');
  assert.deepEqual(kinds(), []);
  const decoder = new AgencyDecoder({ dialect: 'quiniela' });
  let total = 0;
  let last: ServerEvent | undefined;
  peer.on('data', (chunk) => {
    decoder.push(chunk as Buffer);
    for (let heard = decoder.next(); heard; heard = decoder.next()) {
      last = heard;
      if ('documents' in heard) total += heard.documents.length;
    }
  });
  peer.resume();
  await heard(1);
  while (last?.type !== 'server.winners') await sleep(5);
  assert.deepEqual([total, last.total, kinds()], [2_000_000, 2_000_000, ['socket.emptied']]);
});

test('of an answer that is written at once nobody hears before others have been answered in the same step', async (t) => {
  const { channel, kinds, heard } = await open(t, {});
  channel.command({ type: 'socket.sayInParts', message: manyWinners(1) });
  assert.deepEqual(kinds(), []);
  await heard(1);
  assert.deepEqual(kinds(), ['socket.emptied']);
});

test('an end waits for the parts of an answer, a refusal takes the place of those that are left', async (t) => {
  for (const isRefused of [false, true]) {
    const { channel, peer } = await open(t, {});
    peer.pause();
    channel.command({ type: 'socket.sayInParts', message: manyWinners(1_000_000) });
    const refusal = { kind: 'error', fault: 'TOO_SLOW', text: 'the answers are not read' } as const;
    if (isRefused) channel.command({ type: 'socket.say', message: refusal });
    channel.command({ type: 'socket.end' });
    let bytes = 0;
    let end = '';
    for await (const chunk of peer) {
      bytes += chunk.length;
      end = (end + chunk).slice(-100_000);
    }
    const lines = end.trimEnd().split('\n');
    assert.match(lines.at(-1)!, isRefused ? /^ERROR:TOO_SLOW:/ : /^WINNERS:1000000:[0-9a-f]{64}:/);
    assert.match(lines.at(-2)!, /^WINNERS:(\d{8},){799}\d{8}$/);
    assert.equal(bytes > 9_000_000, !isRefused);
  }
});

test('an end keeps its place behind what came before it', async (t) => {
  const { channel, peer, heard } = await open(t, {});
  channel.command({ type: 'socket.pause' });
  peer.end('one\ntwo');
  await sleep(20);
  channel.command({ type: 'socket.resume' });
  assert.deepEqual(await heard(3), ['client.echo', 'client.echo', 'socket.ended']);
});

test('what the kernel had comes as pieces with TLS: an agency’s are handled together, in the next turn', async (t) => {
  for (const inBursts of [false, true]) {
    const socket = new Socket();
    /** How many pieces had come when each was handled. */
    const handled: number[] = [];
    let [come, left] = [0, 0];
    const channel = new Channel<{ type: 'piece' }, never>({
      socket,
      decoder: {
        hasPartialFrame: false,
        linesEnded: 0,
        push() {
          come += 1;
          left += 1;
        },
        next() {
          if (left === 0) return undefined;
          left -= 1;
          return { type: 'piece' };
        },
        end() {},
      },
      encode: () => Buffer.alloc(0),
      emit: ({ type }) => type === 'piece' && handled.push(come),
      limits: GENEROUS,
      inBursts,
    });
    t.after(() => channel.destroy());
    channel.start();
    await new Promise(setImmediate);
    for (let piece = 0; piece < 4; piece++) socket.push(Buffer.from('x'));
    await until(() => handled.length === 4, 'all of them');
    assert.deepEqual(handled, inBursts ? [4, 4, 4, 4] : [1, 2, 3, 4]);
  }
});

test('who comes and goes pays for it, and more if it was an agency or sent much', async (t) => {
  const line = `${'x'.repeat(99)}\n`;
  const costOf = async (who: 'a stranger' | 'an agency', lines: number): Promise<number> => {
    const from = performance.now();
    let charged = 0;
    const turns = { ...endlessTurn, charge: (ms: number) => (charged += ms) };
    const { channel, peer, heard } = await open(t, {}, () => {}, { turns });
    channel.isStranger = who === 'a stranger';
    peer.write(line.repeat(lines));
    await heard('client.echo');
    peer.resetAndDestroy();
    await heard('socket.closed');
    // The machine may have been busy for so long that it did not only come and go.
    return performance.now() - from < SHORT_LIFE_MS ? charged : costOf(who, lines);
  };
  assert.equal(await costOf('a stranger', 1), SHORT_LIFE_COST_MS);
  assert.equal(await costOf('an agency', 1), SHORT_SESSION_COST_MS);
  assert.equal(await costOf('a stranger', 1 + Math.ceil(LIGHT_BYTES / line.length)), SHORT_SESSION_COST_MS);
});
