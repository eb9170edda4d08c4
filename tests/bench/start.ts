/** How long a server takes to listen, beside a Node that does nothing. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench-parts.ts';
import type { Figure } from './figures.ts';
import { Program } from './program.ts';
import { startServer } from './quiniela.ts';

const TIMES = 4;

export async function start({ settings, work, file }: Bench): Promise<Figure[]> {
  const [starts, cpu, empty, emptyCpu]: number[][] = [[], [], [], []];
  for (let run = 0; run < settings.runs * TIMES; run++) {
    const store = join(work, 'store');
    await mkdir(store, { recursive: true });
    const { program, startedMs } = await startServer({ file, agencies: 1, store });
    starts!.push(startedMs);
    program.kill('SIGTERM');
    cpu!.push((await program.ended).cpuMs);
    const nothing = new Program({ args: ['-e', '0'] });
    const { at, cpuMs } = await nothing.ended;
    empty!.push(at - nothing.startedAt);
    emptyCpu!.push(cpuMs);
    await rm(store, { recursive: true, force: true });
  }
  return [
    { what: 'server, start to listening', unit: 'ms', values: starts!, target: { atMost: 150 } },
    { what: 'server, start and stop, processor time', unit: 'ms', values: cpu! },
    { what: 'node -e 0, start to end', unit: 'ms', values: empty! },
    { what: 'node -e 0, processor time', unit: 'ms', values: emptyCpu! },
  ];
}
