import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { createActor, createMachine } from 'xstate';
import type { BetFileCommand, BetFileEvent } from '../../machines/vocabulary/bet-file.ts';
import { betFile } from '../../src/input/bet-file.ts';
import { filesIn } from '../../src/input/input-file.ts';
import { LINE_BYTES } from '../../src/limits.ts';
import { temporaryFolder } from '../support/system.ts';

/** In seconds: a time that can be set back to the nanosecond. */
const LONG_AGO = 1_700_000_000;

const ROW = 'Leo,Ruiz,12345678,2000-01-31,7\r\n';

/** The file of agency 1, with what it says; `ask` answers once it has said something of that type. */
const openFile = (t: TestContext, content: string) => {
  const path = join(temporaryFolder(t), 'agency-1.csv');
  writeFileSync(path, content);
  utimesSync(path, LONG_AGO, LONG_AGO);
  const logic = betFile({
    files: filesIn(join(path, '..')),
    dialect: 'quiniela',
    maxAmount: 100,
    maxBytes: LINE_BYTES,
  });
  const said: BetFileEvent[] = [];
  let wake = () => {};
  const heard = ({ event }: { event: unknown }) => {
    said.push(event as BetFileEvent);
    wake();
  };
  const machine = createMachine({
    invoke: { id: 'file', src: logic, input: { agency: 1 } },
    on: { '*': { actions: heard } },
  });
  const actor = createActor(machine).start();
  t.after(() => actor.stop());
  const next = async (from: number, ...types: string[]): Promise<BetFileEvent> => {
    for (;;) {
      const event = said.slice(from).find(({ type }) => types.includes(type) || type === 'file.failed');
      if (event) return event;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const ask = (command: BetFileCommand, ...answers: string[]): Promise<BetFileEvent> => {
    const from = said.length;
    actor.getSnapshot().children.file!.send(command);
    return next(from, ...answers);
  };
  return { path, said, ask, opened: () => next(0, 'file.opened') };
};

const CHANGES: [name: string, change: (path: string) => void, told: RegExp][] = [
  ['is cut', (path) => truncateSync(path, 33), /had 320 bytes and has 33 now/],
  ['is appended to', (path) => appendFileSync(path, ROW), /had 320 bytes and has 352 now/],
  [
    'is written again with as many bytes',
    (path) => {
      writeFileSync(path, ROW.replace('7', '8').repeat(10));
      utimesSync(path, new Date(), new Date(Date.now() + 60_000));
    },
    /was written again at 2/,
  ],
  [
    'is replaced by another one',
    (path) => {
      writeFileSync(`${path}.new`, ROW.repeat(10));
      renameSync(`${path}.new`, path);
    },
    /was replaced by another file/,
  ],
  ['is removed', (path) => rmSync(path), /was removed/],
];

describe('a file of bets that is no longer what was opened is told, before DONE and at each reconnection', () => {
  for (const [name, change, told] of CHANGES) {
    test(`it ${name}`, async (t) => {
      const { path, ask, opened } = openFile(t, ROW.repeat(10));
      await opened();
      assert.equal((await ask({ type: 'file.rewind', to: 0 }, 'file.positioned')).type, 'file.positioned');
      assert.equal((await ask({ type: 'file.check' }, 'file.unchanged')).type, 'file.unchanged');
      change(path);
      for (const command of [{ type: 'file.check' }, { type: 'file.rewind', to: 0 }] as const) {
        const answer = await ask(command, 'file.changed', 'file.unchanged', 'file.positioned');
        assert.ok(answer.type === 'file.changed', answer.type);
        assert.match(answer.reason, told);
      }
    });
  }
});

test('other rows behind an old time are told; the same rows behind another owner or mode are the same file', async (t) => {
  const { path, ask, opened } = openFile(t, ROW.repeat(10));
  await opened();
  await ask({ type: 'file.rewind', to: 0 }, 'file.positioned');
  await ask({ type: 'file.read', most: 5 }, 'batches.ready');
  chmodSync(path, 0o600);
  assert.equal((await ask({ type: 'file.check' }, 'file.unchanged')).type, 'file.unchanged');
  writeFileSync(path, ROW.repeat(9) + ROW.replace('7', '8'));
  utimesSync(path, LONG_AGO, LONG_AGO);
  const answer = await ask({ type: 'file.check' }, 'file.changed', 'file.unchanged');
  assert.ok(answer.type === 'file.changed', answer.type);
  assert.match(answer.reason, /no longer has the rows that it had/);
});

test('the first twenty invalid rows are told once each, however often the file is read; all are counted', async (t) => {
  const { said, ask, opened } = openFile(t, `${'Leo,Ruiz,1,2000-01-31,7\r\n'.repeat(50)}${ROW.repeat(10)}`);
  await opened();
  for (let reading = 0; reading < 2; reading++) {
    await ask({ type: 'file.rewind', to: 0 }, 'file.positioned');
    const batches = await ask({ type: 'file.read', most: 5 }, 'batches.ready');
    assert.ok(batches.type === 'batches.ready' && batches.invalid === 50);
    const end = await ask({ type: 'file.read', most: 5 }, 'file.exhausted');
    assert.deepEqual([end.type === 'file.exhausted' && [end.count, end.invalid]], [[10, 50]]);
  }
  const lines = said.flatMap((event) => (event.type === 'row.invalid' ? [event.line] : []));
  assert.deepEqual(
    lines,
    Array.from({ length: 20 }, (_, at) => at + 1),
  );
});
