/** What it costs a server to be asked for its metrics: its own processor time, by its own word, before and after many scrapes. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { METRICS_FRESH_MS, MOST_AGENCIES } from '../../src/limits.ts';
import type { Bench } from './bench-parts.ts';
import type { Figure } from './figures.ts';
import { startServer } from './quiniela.ts';

/** Before what is measured: Node compiles what runs often. */
const WARM_UP = 30;
const SCRAPES = 60;

const PORT = /action: metrics \| result: success \| .*port: (\d+)/;

/** Seconds of its processor that a server has used, each time told anew. */
const cpuSeconds = async (port: string): Promise<number> => {
  await sleep(METRICS_FRESH_MS + 10);
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(text)![1]);
};

export async function scrape({ settings, work, file }: Bench): Promise<Figure[]> {
  const values: number[] = [];
  for (let run = 0; run < settings.runs; run++) {
    const store = join(work, 'store');
    await mkdir(store, { recursive: true });
    const { program } = await startServer({
      ...{ file, agencies: MOST_AGENCIES, store },
      env: { METRICS_PORT: '0' },
    });
    await program.said('action: metrics | result: success');
    const [, port = ''] = PORT.exec(program.tail)!;
    for (let times = 0; times < WARM_UP; times++) await cpuSeconds(port);
    const before = await cpuSeconds(port);
    for (let times = 1; times < SCRAPES; times++) await cpuSeconds(port);
    values.push((((await cpuSeconds(port)) - before) * 1_000) / SCRAPES);
    program.kill('SIGTERM');
    await program.ended;
    await rm(store, { recursive: true, force: true });
  }
  return [
    {
      what: 'one scrape of a server for 10,000 agencies, processor time',
      ...{ unit: 'ms', values, target: { atMost: 10 } },
    },
  ];
}
