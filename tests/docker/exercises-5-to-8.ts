/** Exercises 5 to 8: single bets, batches, the draw. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agencyRows, storedRowsOf } from './bets.ts';
import { dockerOk, PATIENCE_MS, System } from './system.ts';

const STORED = /action: apuesta_recibida \| result: success \| cantidad: (\d+)$/;

const amounts = (lines: readonly string[], pattern: RegExp): number[] =>
  lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).map(Number);

async function draws(system: System, winners: readonly number[]): Promise<void> {
  for (const [i, wanted] of winners.entries()) {
    const line = `action: consulta_ganadores \\| result: success \\| cant_ganadores: ${wanted}$`;
    await system.line(`client${i + 1}`, new RegExp(line));
    assert.equal(await system.exitCode(`client${i + 1}`), 0);
  }
  assert.equal(await system.exitCode('server'), 0);
}

export function exercises5to8(): void {
  test('exercise 5: five agencies, one bet each', async (t) => {
    const system = new System(t, { clients: 5, mode: 'bet' });
    system.up();
    const documents = new Set<string>();
    for (let id = 1; id <= 5; id += 1) {
      const sent = await system.line(`client${id}`, /action: apuesta_enviada \| result: success/);
      const [, dni = '', numero = ''] = /dni: (\d{8}) \| numero: (\d+)$/.exec(sent) ?? [];
      documents.add(dni);
      await system.line(
        'server',
        new RegExp(`action: apuesta_almacenada \\| result: success \\| dni: ${dni} \\| numero: ${numero}$`),
      );
      assert.equal(await system.exitCode(`client${id}`), 0);
    }
    assert.equal(documents.size, 5);
    assert.equal(system.storedRows().length, 5);
  });

  test('exercise 6: batches of at most batch.maxAmount bets', async (t) => {
    const rows = (count: number) => Array.from({ length: count }, () => 'A,B,00000000,2000-01-01,0');
    const files = [rows(64), rows(99)];
    const agency = [
      ['amount: 5', 'amount: 1000'],
      ['maxAmount: 120', 'maxAmount: 10'],
    ] as const;
    const system = new System(t, { clients: 2, mode: 'batches', files, agency });
    system.up();
    for (const id of [1, 2]) assert.equal(await system.exitCode(`client${id}`), 0);
    const tens = (count: number) => Array.from({ length: count }, () => 10);
    assert.deepEqual(
      amounts(system.logs('server'), STORED).sort((a, b) => a - b),
      [4, 9, ...tens(15)],
    );
    assert.deepEqual(amounts(system.logs('client1'), /action: apuesta_enviada .*cantidad: (\d+)$/), [
      ...tens(6),
      4,
    ]);
    assert.equal(system.storedRows().length, 64 + 99);
    assert.ok(system.isRunning('server'), 'no draw in this mode');
  });

  test('exercise 7: three agencies, the draw after the last, exact winners', async (t) => {
    const files = [agencyRows(1, 500, 2), agencyRows(2, 40, 0), agencyRows(3, 1_300, 7)];
    const system = new System(t, { clients: 3, files });
    system.up();
    await draws(system, [2, 0, 7]);
    const lines = system.logs('server');
    const draw = lines.findIndex((line) => /action: sorteo \| result: success$/.test(line));
    assert.notEqual(draw, -1);
    const before = amounts(lines.slice(0, draw), STORED).reduce((sum, one) => sum + one, 0);
    assert.equal(before, 1_840, 'every bet was stored before the draw');
    assert.deepEqual(system.storedRows(), storedRowsOf(files));
  });

  test('exercise 7: SIGTERM while agencies wait for the draw', async (t) => {
    const system = new System(t, { clients: 2, files: [agencyRows(1, 200, 1), agencyRows(2, 200, 1)] });
    // Only one of two: the draw cannot take place.
    system.up('client1');
    await system.until(
      () => amounts(system.logs('server'), STORED).reduce((sum, one) => sum + one, 0) === 200 || undefined,
      PATIENCE_MS,
      () => system.logs('server').join('\n'),
    );
    assert.doesNotMatch(system.logs('client1').join('\n'), /consulta_ganadores/);
    system.stop();
    assert.equal(await system.exitCode('client1'), 0);
    assert.equal(await system.exitCode('server'), 0);
  });

  test('exercise 8: five agencies at once, exact winners', async (t) => {
    const files = [3, 0, 1, 12, 5].map((winners, i) => agencyRows(i + 1, 1_000 + 700 * i, winners));
    const system = new System(t, { clients: 5, files });
    system.up();
    await draws(system, [3, 0, 1, 12, 5]);
    assert.deepEqual(system.storedRows(), storedRowsOf(files));
  });

  test('after `down`, another `up` is another draw', async (t) => {
    const system = new System(t, { clients: 1, files: [agencyRows(1, 100, 3)] });
    for (let i = 0; i < 2; i += 1) {
      system.up();
      await draws(system, [3]);
      assert.equal(system.storedRows().length, 100);
      // The mounted configuration has no name.
      const volume = system.inspect('server', '{{range .Mounts}}{{.Name}}{{end}}');
      system.compose('down');
      dockerOk('volume', 'rm', volume);
    }
  });
}
