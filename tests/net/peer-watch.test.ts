/** A peer that ended its side is asked a few times if it is still there, and not for ever. */
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
