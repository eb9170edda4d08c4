/** A process that has done its work is gone soon, whatever hangs, and not before somebody has read what it said. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { LEAVE_LOOK_MS, LEAVE_MS } from '../../src/limits.ts';
import { leaveSoon, tellWhenLate } from '../../src/runtime/leave.ts';

/** A process whose end is only written down: what is under way in it, what nobody has read yet, and how it ended. */
const processOf = (t: TestContext) => {
  const world = { underWay: ['TTYWrap'], unread: 0, unreadErrors: 0, ended: [] as string[] };
  let endIfIdle = () => {};
  const write = (text: string) => {
    world.ended.push(text);
    return undefined as never;
  };
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  t.mock.method(process, 'getActiveResourcesInfo', () => world.underWay);
  t.mock.method(process, 'exit', (code: number) => write(`exit ${code}`));
  t.mock.method(process, 'emit', (name: string, code: number) => write(`told of the ${name}, ${code}`));
  t.mock.method(process, 'removeAllListeners', (name: string) => write(`nobody hears ${name}`));
  t.mock.method(process, 'kill', (_: number, name: string) => write(`kill ${name}`));
  t.mock.method(
    process,
    'execve' as never,
    ((_: string, args: string[]) => write(`becomes ${args.at(-1)}`)) as never,
  );
  t.mock.method(process, 'once', (name: string, heard: () => void) => {
    if (name === 'beforeExit') endIfIdle = heard;
    return process;
  });
  const errors = { configurable: true, get: () => world.unreadErrors };
  Object.defineProperty(process.stderr, 'writableLength', errors);
  Object.defineProperty(process.stdout, 'writableLength', { configurable: true, get: () => world.unread });
  t.after(() => {
    process.exitCode = undefined;
    Reflect.deleteProperty(process.stdout, 'writableLength');
    Reflect.deleteProperty(process.stderr, 'writableLength');
  });
  return {
    ...world,
    world,
    pass: (ms: number) => t.mock.timers.tick(ms),
    haveNothingLeft: () => endIfIdle(),
  };
};

test('what hangs is left after a while: with the code of its end, which is 1 if it was to be 0', (t) => {
  for (const [code, end] of [
    [0, 1],
    [2, 2],
  ] as const) {
    const { world, pass } = processOf(t);
    leaveSoon(code);
    assert.equal(process.exitCode, code);
    pass(LEAVE_MS - 1);
    assert.deepEqual(world.ended, []);
    pass(1);
    assert.deepEqual(world.ended, [`exit ${end}`]);
    t.mock.timers.reset();
    t.mock.restoreAll();
  }
});

test('whoever reads page by page may take its time, of answers and of what is wrong', (t) => {
  for (const which of ['unread', 'unreadErrors'] as const) {
    const { world, pass } = processOf(t);
    world[which] = 1;
    leaveSoon(0);
    for (let pages = 0; pages < 3; pages++) pass(LEAVE_MS);
    assert.deepEqual(world.ended, []);
    world[which] = 0;
    pass(LEAVE_MS);
    assert.equal(world.ended[0], 'exit 1');
    t.mock.timers.reset();
    t.mock.restoreAll();
  }
});

test('what has nothing left to do ends there and then: no signal changes the code meanwhile', (t) => {
  const { world, haveNothingLeft } = processOf(t);
  leaveSoon(2);
  haveNothingLeft();
  assert.deepEqual([world.ended, process.exitCode], [['exit undefined'], 2]);
});

test('a name that is looked up where only a signal could end the process keeps it until its deadline', (t) => {
  const { world, pass } = processOf(t);
  // As in the containers.
  Object.defineProperty(process, 'permission', { configurable: true, value: { has: () => true } });
  t.after(() => Reflect.deleteProperty(process, 'permission'));
  world.underWay = ['GetAddrInfoReqWrap'];
  leaveSoon(0);
  pass(LEAVE_MS - 1);
  assert.deepEqual(world.ended, []);
  pass(1);
  assert.equal(world.ended[0], 'told of the exit, 1');
});

test('a name that is still looked up keeps nobody, once nothing else is under way and all is read', (t) => {
  const { world, pass } = processOf(t);
  world.underWay = ['GetAddrInfoReqWrap', 'TTYWrap', 'Timeout'];
  leaveSoon(0);
  pass(LEAVE_LOOK_MS);
  world.underWay = ['GetAddrInfoReqWrap', 'PipeWrap'];
  world.unread = 1;
  pass(LEAVE_LOOK_MS);
  assert.deepEqual(world.ended, []);
  world.unread = 0;
  pass(LEAVE_LOOK_MS);
  assert.deepEqual(world.ended.slice(0, 2), ['told of the exit, 0', 'becomes process.exit(0)']);
});

test('threads that hang are left behind: another program takes their place, or else a signal of the same code', (t) => {
  for (const [code, name] of [
    [1, 'SIGKILL'],
    [129, 'SIGHUP'],
    [130, 'SIGINT'],
    [143, 'SIGTERM'],
  ] as const) {
    const { world, pass } = processOf(t);
    world.underWay = ['FSReqCallback'];
    leaveSoon(code);
    pass(LEAVE_MS);
    assert.deepEqual(world.ended, [
      `told of the exit, ${code}`,
      `becomes process.exit(${code})`,
      `nobody hears ${name}`,
      `kill ${name}`,
      `exit ${code}`,
    ]);
    t.mock.timers.reset();
    t.mock.restoreAll();
  }
});

// The last one: from now on a root machine runs in this process.
test('the deadline of a root machine holds though somebody still reads, and is told of', (t) => {
  const { world, pass } = processOf(t);
  world.unread = 1;
  tellWhenLate(() => world.ended.push('told that it is late'));
  leaveSoon(0);
  pass(LEAVE_MS);
  assert.deepEqual(world.ended, ['told that it is late', 'exit 1']);
});
