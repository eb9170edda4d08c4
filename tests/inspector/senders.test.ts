/** Who tells the hub something is known by its connections: it has left once the last of them is closed, and may come back. */
import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { Senders } from '../../src/inspector/hub/senders.ts';
import { SPEAKERS } from '../../src/inspector/limits.ts';

const known = (most?: number) => {
  const left: string[] = [];
  const senders = new Senders((process) => left.push(process), most);
  return { senders, left };
};

const closed = (socket: Socket) => socket.emit('close');

test('a process has left once its last connection is closed; then it is another stay', () => {
  const { senders, left } = known();
  const [one, two] = [new Socket(), new Socket()];
  const sender = senders.meet('p', one);
  const first = sender.stay;
  assert.equal(senders.meet('p', two), sender);
  assert.equal(senders.meet('p', one), sender);
  closed(one);
  assert.deepEqual([left, sender.stay], [[], first]);
  closed(two);
  assert.deepEqual(left, ['p']);
  assert.notEqual(sender.stay, first);
  assert.notEqual(senders.meet('q', one).stay, sender.stay);
  // It comes back, and what it has told before is known.
  sender.next = 7;
  assert.equal(senders.meet('p', one).next, 7);
});

test('of too many those are forgotten that have left, then those that were heard longest ago', () => {
  const { senders } = known(3);
  const sockets = new Map(['a', 'b', 'c'].map((name) => [name, new Socket()]));
  for (const [name, socket] of sockets) senders.meet(name, socket).next = 1;
  const isKnown = (name: string) => senders.meet(name, sockets.get(name) ?? new Socket()).next === 1;
  closed(sockets.get('b')!);
  senders.meet('d', new Socket()).next = 1;
  assert.equal(senders.size, 3);
  // All are there: `a` was heard just now, so it is the turn of `c`.
  assert.ok(isKnown('a'));
  senders.meet('e', new Socket()).next = 1;
  assert.deepEqual([isKnown('a'), isKnown('d'), isKnown('e'), senders.size], [true, true, true, 3]);
  assert.equal(isKnown('c'), false);
});

test('over one connection so many speak; one more, and who was silent longest has left', () => {
  const { senders, left } = known();
  const socket = new Socket();
  for (let count = 0; count < SPEAKERS; count++) senders.meet(`p${count}`, socket);
  assert.deepEqual(left, []);
  senders.meet('one more', socket);
  assert.deepEqual(left, ['p0']);
});
