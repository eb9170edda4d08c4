/** Nobody can have a running program open Node's debugger. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { url } from 'node:inspector';
import { test } from 'node:test';
import { createActor } from 'xstate';
import { reloadingSignals, signals } from '../../src/runtime/signals.ts';

test('SIGUSR1 is heard by a program that hears signals, also after its end, and so not by Node', async () => {
  for (const logic of [signals, reloadingSignals]) {
    const actor = createActor(logic).start();
    for (const isOver of [false, true]) {
      if (isOver) actor.stop();
      assert.equal(process.listenerCount('SIGUSR1'), 1);
      const heard = once(process, 'SIGUSR1');
      process.kill(process.pid, 'SIGUSR1');
      await heard;
      assert.equal(url(), undefined, 'no debugger listens');
    }
  }
});
