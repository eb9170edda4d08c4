import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import { serverMachine } from '../../machines/server/server.ts';
import {
  accepted,
  agencyFinished,
  begun,
  bound,
  connectionBroken,
  drawRecorded,
  gone,
  INPUT,
  keptAsTheyWere,
  loaded,
  recovered,
  reopened,
  type ServerMachineEvent,
  serve,
  session,
  signal,
  storeFailed,
  WINNERS,
} from './server-fixtures.ts';
import { testEveryPath } from './suite.ts';

type Snapshot = SnapshotFrom<typeof serverMachine>;

const start = (): Snapshot => initialTransition(serverMachine, INPUT)[0];

const [one, two, three] = [session(1), session(2), session(3)];
/** Comes back to a draw that is over. */
const late = session(1, 'late', '0');

const paths = testEveryPath({
  machine: serverMachine,
  inputs: [
    { ...INPUT, connections: 1 },
    { ...INPUT, connections: 1, publishMs: 50 },
  ],
  events: [
    ...[recovered(), recovered({ finished: [1] }), recovered({ finished: [1, 2], winners: WINNERS })],
    recovered({ finished: [1, 2], winners: WINNERS, told: [1, 2] }),
    recovered({ finished: [1, 2], winners: WINNERS, told: [1, 2], isOver: true }),
    ...[bound, { type: 'listener.failed', reason: 'EADDRINUSE', exitCode: 1 } as const, accepted],
    ...[gone(), connectionBroken(one.from)],
    ...[one.opened, two.opened, three.opened, late.opened, late.told],
    ...[one.waiting, two.waiting, one.written, two.written, one.told, two.told, one.closed, two.closed],
    ...[agencyFinished(1), agencyFinished(2), reopened(1), begun(1)],
    ...[{ type: 'agency.superseded', agency: 1 } as const, { type: 'agency.told', agency: 2 } as const],
    ...[drawRecorded, { type: 'draw.postponed' } as const],
    ...[{ type: 'store.saturated' } as const, { type: 'store.relieved' } as const],
    { type: 'program.broken', error: new Error('a bug') },
    ...[{ type: 'reload.asked' } as const, loaded(31), loaded(30), keptAsTheyWere],
    ...[storeFailed, { type: 'store.closed' } as const, signal(), signal('SIGINT')],
  ],
  remember: (
    { sessions, waiting, telling, finished, told, winners, awaited, open, exitCode, isOver },
    snapshot,
  ) => [
    ...[finished.size, winners !== undefined, open > 0, exitCode],
    // Who closes waits for nobody's upload or winners.
    snapshot.matches('serving') && [isOver, sessions.size, waiting.size, told.size, awaited.size > 0],
    snapshot.matches({ serving: 'announcing' }) && waiting.size > telling.size,
  ],
});

describe('server, in every state that it can be in', () => {
  const active = () => paths().filter(({ snapshot }) => snapshot.status === 'active');
  const equalCodes = (one: Snapshot, other: Snapshot) => one.context.exitCode === other.context.exitCode;
  const after = (snapshot: Snapshot, ...events: ServerMachineEvent[]): Snapshot =>
    events.reduce((now, event) => transition(serverMachine, now, event)[0], snapshot);

  test('a signal leads to shuttingDown or changes nothing there, a second one ends the process', () => {
    assert.ok(active().length > 100);
    for (const { snapshot } of active()) {
      const once = after(snapshot as Snapshot, signal());
      const isSecond = snapshot.matches({ shuttingDown: { cause: 'toldToStop' } });
      assert.equal(once.matches('aborted'), isSecond);
      assert.ok(
        isSecond || once.matches('stopped') || once.matches({ shuttingDown: { cause: 'toldToStop' } }),
      );
      assert.ok(isSecond || !snapshot.matches('shuttingDown') || equalCodes(once, snapshot as Snapshot));
      assert.ok(after(once, signal()).status === 'done');
    }
  });

  test('a storage failure ends with exit code 1, once the sessions have ended', () => {
    for (const { snapshot } of active()) {
      const failing = after(snapshot as Snapshot, storeFailed);
      assert.deepEqual(after(failing, gone()).output, { exitCode: 1 });
    }
  });

  test('what a restart cannot mend ends with exit code 2', () => {
    const damage = { ...storeFailed, exitCode: 2 } as ServerMachineEvent;
    const noRights = { type: 'listener.failed', reason: 'EACCES', exitCode: 2 } as const;
    assert.deepEqual(after(start(), damage).output, { exitCode: 2 });
    assert.deepEqual(after(start(), recovered(), noRights, { type: 'store.closed' }).output, { exitCode: 2 });
  });

  test('the draw is asked for when all agencies have finished, and only then', () => {
    const [seen, asked] = [new Set<boolean>(), { type: 'store.draw' }];
    for (const { snapshot } of active()) {
      if (!snapshot.matches({ serving: 'collecting' })) continue;
      assert.ok(snapshot.context.finished.size < 2);
      for (const event of [agencyFinished(1), agencyFinished(2)]) {
        const [next, actions] = transition(serverMachine, snapshot as Snapshot, event);
        const isAsked = JSON.stringify(actions.map(({ params }) => params)).includes(JSON.stringify(asked));
        assert.equal(isAsked, next.context.finished.size === 2);
        assert.equal(next.matches({ serving: 'drawing' }), isAsked);
        seen.add(isAsked);
      }
    }
    assert.equal(seen.size, 2);
  });
});

describe('certificates', () => {
  test('are loaded anew when the server is asked to, and no session hears of it', () => {
    const { send, certificates, connections, state, logged } = serve(
      recovered(),
      bound,
      accepted,
      one.opened,
    );
    const before = state();
    send({ type: 'reload.asked' }, loaded(200), { type: 'reload.asked' }, keptAsTheyWere);
    assert.deepEqual(certificates(), ['certificates.load', 'certificates.load']);
    assert.deepEqual([state(), connections()], [before, ['crowd.admit']]);
    assert.deepEqual(logged().slice(-2), ['load_certificates success', 'load_certificates fail']);
  });

  test('that end within the days that it is told are warned of', () => {
    for (const [daysLeft, level] of [
      [31, 'info'],
      [30, 'warn'],
      [-1, 'warn'],
    ] as const)
      assert.equal(serve(loaded(daysLeft)).entries.at(-1)?.level, level);
  });
});
