/** Strangers have few places, for each address and in all; the oldest makes room. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ECHOES, ECHOES_OF_ADDRESS, UNIDENTIFIED } from '../../src/limits.ts';
import { Places, Room, StrangersPlace } from '../../src/net/places.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';

const gone: string[] = [];
const stranger = (name: string, address: string) => ({ address, makeRoom: () => gone.push(name) });

test('the oldest of an address, or of all, makes room', () => {
  const places = new Places({ most: 3, mostOfAddress: 2 });
  const b1 = stranger('b1', 'b');
  places.take(stranger('a1', 'a'));
  places.take(b1);
  places.take(stranger('a2', 'a'));
  assert.deepEqual(gone, []);
  places.take(stranger('a3', 'a'));
  assert.deepEqual(gone, ['a1'], 'of its own address');
  places.take(stranger('c1', 'c'));
  assert.deepEqual(gone, ['a1', 'b1'], 'of all');
  places.leave(b1);
  places.take(stranger('d1', 'd'));
  assert.deepEqual(gone, ['a1', 'b1', 'a2'], 'who has left does not count');
});

test('who leaves frees a place of its address: nobody has to make room for the next', () => {
  const [first, second, third] = ['x1', 'x2', 'x3'].map((name) => stranger(name, 'x'));
  const places = new Places({ most: 9, mostOfAddress: 2 });
  gone.length = 0;
  places.take(first!);
  places.take(second!);
  places.leave(first!);
  places.take(third!);
  assert.deepEqual([gone, places.size], [[], 2]);
});

test('all that a server has room for has its files: agencies twice, strangers, and who waits to be greeted', () => {
  for (const [agencies, openFiles] of [
    [0, 100],
    [5, 1_024],
    [500, 4_096],
    [10_000, 30_000],
  ] as const) {
    const room = new Room(agencies, openFiles);
    const { unidentified, echoing } = room.places();
    const strangers = unidentified.most + echoing.most + (room.arrivals - agencies);
    assert.ok(room.sockets > agencies + strangers, `${openFiles}: ${strangers} of ${room.sockets}`);
    assert.ok(room.sockets < openFiles);
  }
});

test('a server that may have as many files open as it likes, or that many, has all of its places', () => {
  const { unidentified, echoing } = new Room(5).places();
  assert.deepEqual([unidentified.most, echoing.most], [5 + UNIDENTIFIED, ECHOES]);
  assert.equal(new Room(5, 40_000).places().unidentified.most, 5 + UNIDENTIFIED);
  assert.ok(new Room(5).wanted < 100);
});

test('who says what only an agency says is a stranger no more, and leaves its place', () => {
  const isStranger = (line: string): boolean => {
    const decoder = new ServerDecoder();
    decoder.push(Buffer.from(line));
    const places = new Room(0).places();
    const place = new StrangersPlace(places);
    const stays = place.meet(decoder.next()!);
    assert.equal(places.unidentified.size + places.echoing.size, stays ? 1 : 0, line);
    return stays;
  };
  const bet = 'Ana,Paz,12345678,2000-01-01,7';
  for (const line of ['HELLO:1\n', 'DONE:1\n', `1,${bet}\n`, `1,${bet}x\n`])
    assert.equal(isStranger(line), false, line);
  for (const line of ['hola\n', 'HELLO:x\n']) assert.equal(isStranger(line), true, line);
});

test('of an address that has too many its own oldest goes, not an older one of another; who has closed has gone', () => {
  const places = new Places({ most: 9, mostOfAddress: 2 });
  gone.length = 0;
  for (const [name, address] of [
    ['y1', 'y'],
    ['x1', 'x'],
    ['x2', 'x'],
    ['x3', 'x'],
  ] as const)
    places.take(stranger(name, address));
  assert.deepEqual([gone, places.size], [['x1'], 3]);

  const own = new Room(0).places();
  new StrangersPlace(own).meet({ type: 'socket.closed', reason: undefined });
  assert.equal(own.unidentified.size, 0);
});

test('who is echoed again has its place for as long as before: it is the first to make room', () => {
  const places = new Room(0).places();
  const crowded: number[] = [];
  let talkative: StrangersPlace | undefined;
  const echo = { type: 'client.echo', line: Buffer.from('x\n') } as const;
  for (let number = 0; number <= ECHOES_OF_ADDRESS; number++) {
    const place = new StrangersPlace(places, 'x', () => crowded.push(number));
    place.meet(echo);
    talkative ??= place;
    if (number < ECHOES_OF_ADDRESS) talkative.meet(echo);
  }
  assert.deepEqual(crowded, [0]);
});
