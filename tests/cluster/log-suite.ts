/** What every engine behind the port keeps, whatever else it does: the same tests for each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry, OrderedLog, Proposal, WholeEntry } from '../../src/cluster/ordered-log.ts';
import { ENTRY_BYTES, ENTRY_FACTS_BYTES } from '../../src/limits.ts';
import { PATIENCE_MS } from '../support/program.ts';

/** Two servers' ports to one log, which is empty. */
type Ports = { some: OrderedLog; other: OrderedLog; close(): Promise<void> };

const proposal = (id: string, rows = ''): Proposal => ({
  id,
  facts: `facts of ${id}`,
  rows: [Buffer.from(rows)],
});

/** Like a server, it follows again if following ends early, as it may at any trouble of an engine. */
const take = async (log: OrderedLog, from: number, count: number): Promise<LogEntry[]> => {
  const entries: LogEntry[] = [];
  for (const deadline = Date.now() + PATIENCE_MS; entries.length < count && Date.now() < deadline; ) {
    const controller = new AbortController();
    const next = (entries.at(-1)?.sequence ?? from - 1) + 1;
    for await (const entry of log.follow(next, controller.signal)) {
      if (entries.push(entry) === count) break;
    }
    controller.abort();
  }
  return entries;
};

const readAll = async (log: OrderedLog, from: number, to: number): Promise<WholeEntry[]> => {
  const all: WholeEntry[] = [];
  for await (const entry of log.read(from, to)) all.push(entry);
  return all;
};

export const testLog = (
  name: string,
  open: () => Promise<Ports>,
  options: { skip?: string | false } = {},
): void => {
  const keeps = (promise: string, run: (ports: Ports) => Promise<void>) =>
    test(`${name}: ${promise}`, options, async () => {
      const ports = await open();
      try {
        await run(ports);
      } finally {
        await ports.close();
      }
    });

  keeps('an empty log ends at 0', async ({ some }) => {
    assert.equal(await some.last(), 0);
  });

  keeps(
    'every reader gets the same entries in the same order, those that stand there and those that come',
    async ({ some, other }) => {
      const following = take(other, 1, 6);
      for (const id of ['a', 'b', 'c']) await some.propose(proposal(id, `${id}\n`));
      const late = take(some, 1, 6);
      for (const id of ['d', 'e', 'f']) await other.propose(proposal(id, `${id}\n`));
      const entries = await following;
      assert.deepEqual(await late, entries);
      assert.deepEqual(
        entries.map(({ id, facts }) => `${id} ${facts}`),
        ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `${id} facts of ${id}`),
      );
      assert.ok(
        entries.every(
          ({ at, sequence }, index) =>
            at > 0 && (index === 0 || sequence > (entries[index - 1]?.sequence ?? 0)),
        ),
      );
      assert.equal(await some.last(), entries.at(-1)?.sequence);
    },
  );

  keeps(
    'a proposal is answered by its sequence, and read from there on, that entry included',
    async ({ some, other }) => {
      await some.propose(proposal('a'));
      const sequence = await some.propose(proposal('b'));
      await some.propose(proposal('c'));
      const entries = await take(other, sequence, 2);
      assert.deepEqual(
        entries.map(({ id }) => id),
        ['b', 'c'],
      );
      assert.equal(entries[0]?.sequence, sequence);
    },
  );

  keeps(
    'entries are read back byte for byte, from one to another, both included',
    async ({ some, other }) => {
      const rows = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));
      const first = await some.propose({ id: 'a', facts: 'a', rows: [rows, rows.subarray(7, 99)] });
      const second = await some.propose(proposal('b'));
      const third = await some.propose(proposal('c', 'ñ\r\n'));
      const bodies = [Buffer.concat([rows, rows.subarray(7, 99)]), Buffer.alloc(0), Buffer.from('ñ\r\n')];
      const entries = await take(other, first, 3);
      const whole = entries.map((entry, index) => ({ ...entry, rows: bodies[index] }));
      assert.deepEqual(await readAll(other, first, third), whole);
      assert.deepEqual(await readAll(other, second, second), whole.slice(1, 2));
    },
  );

  keeps('an entry as large as one may be is taken', async ({ some, other }) => {
    const facts = 'f'.repeat(ENTRY_FACTS_BYTES);
    const rows = Buffer.alloc(ENTRY_BYTES, 'x');
    const sequence = await some.propose({ id: 'large', facts, rows: [rows] });
    const [entry] = await take(other, sequence, 1);
    assert.equal(entry?.facts, facts);
    assert.deepEqual(await readAll(other, sequence, sequence), [{ ...entry, rows }]);
  });

  keeps('following ends when it is aborted, also while nothing comes', async ({ some }) => {
    const controller = new AbortController();
    const following = (async () => {
      for await (const _ of some.follow(1, controller.signal)) assert.fail('an entry in an empty log');
    })();
    controller.abort();
    await following.catch(() => {});
  });
};
