/** What a demo makes of its processes' logs, and of that a table: nothing is counted twice, or for another. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Result, ResultRow, Who } from '../../machines/vocabulary/demo.ts';
import { saidIn } from '../../src/demo/said.ts';
import { speedLine, tableLines } from '../../src/demo/table.ts';

const line = (action: string, details: object = {}, result = 'success', level = 30): string =>
  JSON.stringify({ level, action, result, ...details });
const said = (who: Who, ...lines: string[]) => [...saidIn(who, lines, 9)];
const nothing = { sent: 0, skipped: undefined, winners: undefined, toldAt: undefined };

describe('the lines of a process', () => {
  test('of an agency: all that was acknowledged is summed up, and what failed is not', () => {
    const lines = [2, 3].map((cantidad) => line('apuesta_enviada', { cantidad }));
    const failed = [line('apuesta_enviada', { cantidad: 7 }, 'fail', 20), line('read_bets', { invalid: 4 })];
    const told = line('consulta_ganadores', { cant_ganadores: 1 });
    assert.deepEqual(said('agency-2', ...lines, ...failed, told), [
      {
        type: 'process.advanced',
        who: 'agency-2',
        agencies: [{ agency: 2, sent: 5, skipped: 4, winners: 1, toldAt: 9 }],
      },
    ]);
  });

  test('of a fleet: each is of the agency that it names, and those that fail are named', () => {
    const lines = [
      line('apuesta_enviada', { client_id: 1, cantidad: 2 }),
      line('run', { client_id: 2, exit_code: 1 }, 'fail', 50),
      line('run', { exit_code: 1 }, 'fail', 50),
    ];
    const [complained, advanced, failed] = said('fleet', ...lines);
    assert.ok(complained?.type === 'process.complained');
    assert.deepEqual(
      complained.complaints.map(({ of }) => of),
      ['agency-2', 'fleet'],
    );
    assert.ok(advanced?.type === 'process.advanced');
    assert.deepEqual(advanced.agencies[0], { ...nothing, agency: 1, sent: 2 });
    assert.deepEqual(failed, { type: 'process.failed', who: 'fleet', agencies: ['agency-2', 'fleet'] });
  });

  test('of one agency alone its end says that it failed, not its line', () => {
    const types = said('agency-1', line('run', {}, 'fail', 50)).map(({ type }) => type);
    assert.deepEqual(types, ['process.complained', 'process.advanced']);
  });

  test('that are no log are trouble, also those that only begin like one', () => {
    const [complained, ...more] = said('server', '{"level":30', 'Error: a bug', '', ' \r', '{}');
    const lines = ['{"level":30', 'Error: a bug', '{}'];
    const complaints = [{ of: 'server', lines }];
    assert.deepEqual(complained, { type: 'process.complained', who: 'server', complaints });
    assert.deepEqual(more, []);
  });

  test('of a server: where it listens is in one of its lines of the configuration, not in a warning', () => {
    const warning = line('config', { warning: 'a key that nobody knows' }, 'success', 40);
    const config = line('config', { port: 4_000 });
    assert.deepEqual(said('server-2', warning), []);
    assert.deepEqual(said('server-2', warning, config), [
      { type: 'process.listening', who: 'server-2', port: 4_000 },
    ]);
  });
});

describe('the table', () => {
  const row = (agency: number, fields: Partial<ResultRow> = {}): ResultRow => ({
    ...{ agency, rows: 10, sent: 10, skipped: 0, winners: 1, stored: 10 },
    ...fields,
  });
  const resultOf = (rows: ResultRow[], more: Partial<Result> = {}): Result => ({
    ...{ rows, ms: 1_000, isPaced: false, differences: [], troubles: new Map() },
    ...more,
  });
  const tableOf = (rows: ResultRow[], differing: number[] = [], columns?: number): string[] => {
    const differences = differing.map((agency) => ({ of: 'bets', agency }) as const);
    return tableLines(resultOf(rows, { differences }), { columns, isAll: false });
  };

  test('says of winners that nobody was told that they are not known, and adds up what is stored by itself', () => {
    const lines = tableOf([row(1, { winners: undefined, stored: 4 }), row(2)]);
    assert.match(lines[2]!, /^ +1 +10 +4 +\?$/);
    assert.match(lines.at(-1)!, /^ +total +20 +14 +1$/);
  });

  test('of many shows those that differ, whoever won more, and says how many others there are', () => {
    const many = Array.from({ length: 21 }, (_, index) => row(index + 1, { winners: 50 - index }));
    const lines = tableOf(many, [21]);
    assert.ok(lines.some((text) => /^ +21 /.test(text)));
    assert.ok(lines.includes('  and 11 other agencies'));
    assert.doesNotMatch(tableOf(many.slice(1)).join('\n'), /other/, 'all of twenty are shown');
  });

  test('of many shows those with rows that are no bets before those with most winners, in the order of the agencies', () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      row(index + 1, { winners: index, skipped: index === 2 || index === 4 ? 1 : 0 }),
    );
    const shown = tableOf(many, [1]).flatMap((text) => /^ +(\d+) /.exec(text)?.[1] ?? []);
    assert.deepEqual(shown.map(Number), [1, 3, 5, 24, 25, 26, 27, 28, 29, 30]);
  });

  test('fits into any terminal that has room for a number, and counts the others on each', () => {
    const many = Array.from({ length: 25 }, (_, index) => row(index + 1));
    for (let columns = 30; columns < 80; columns += 1) {
      const lines = tableOf(many, [], columns);
      assert.ok(
        lines.every((text) => text.length < columns),
        `${columns}`,
      );
      assert.equal(lines.filter((text) => text === '  and 15 other agencies').length, 1, `${columns}`);
    }
  });

  test('is followed by how fast the bets were stored, if that can be told', () => {
    const rows = [row(1, { sent: 12 }), row(2)];
    const text = "Took 0.40 s from the agencies' start to the last winner";
    assert.equal(speedLine(resultOf(rows, { ms: 400 })), `${text}: 50 bets/s`);
    assert.equal(speedLine(resultOf(rows, { ms: 0 })), text.replace('0.40', '0.00'));
    assert.equal(
      speedLine(resultOf(rows, { ms: 8_200, isPaced: true })),
      'Took 8.20 s to the last winner, slowed down to be watched',
    );
  });
});
