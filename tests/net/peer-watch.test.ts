/** A peer that ended its side is asked a few times if it is still there; one that pauses is read before it is told of. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { REFUSAL_PROBES } from '../../src/limits.ts';
import { PeerWatch } from '../../src/net/peer-watch.ts';

test('a peer that refuses nothing is left alone after so many empty writes', () => {
  const timers: (() => void)[] = [];
  let writes = 0;
  const watch = new PeerWatch({
    socket: { writable: true, write: () => writes++ } as unknown as Socket,
    decoder: { hasPartialFrame: false, linesEnded: 0 },
    emit: () => {},
    isRead: () => true,
    limits: { frameMs: 1, idleMs: 1, unwrittenBytes: 1 },
    clock: { setTimeout: (tell) => timers.push(tell), clearTimeout: () => {} },
  });
  watch.refusal();
  for (let look = 0; look < 2 * REFUSAL_PROBES; look++) timers.shift()?.();
  assert.equal(writes, REFUSAL_PROBES);
});

test('when a pause is over, what came meanwhile is read first', () => {
  for (const isMore of [false, true]) {
    const timers: (() => void)[] = [];
    const heard: unknown[] = [];
    const watch = new PeerWatch({
      socket: {} as Socket,
      decoder: { hasPartialFrame: true, linesEnded: 0, pauseTells: true },
      emit: (event) => heard.push(event),
      isRead: () => true,
      limits: { frameMs: 1, idleMs: 1, pauseMs: 1, unwrittenBytes: 1 },
      clock: {
        setTimeout: (tell) => timers.push(tell),
        clearTimeout: (timer) => delete timers[Number(timer) - 1],
      },
    });
    watch.pause();
    timers[0]?.();
    assert.deepEqual(heard, []);
    if (isMore) watch.forgetPause();
    timers[1]?.();
    assert.deepEqual(heard, isMore ? [] : [{ type: 'peer.paused', midLine: true }]);
  }
});
