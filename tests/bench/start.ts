/** How long a server takes to listen, beside a Node that does nothing. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench-parts.ts';
import type { Figure } from './figures.ts';
import { processFigures } from './processes.ts';
import { type Ended, Program } from './program.ts';
import { startServer } from './quiniela.ts';

const TIMES = 4;

export async function start({ settings, work, file }: Bench): Promise<Figure[]> {
  const [starts, watched, empty, emptyCpu]: number[][] = [[], [], [], []];
  const servers: Ended[] = [];
  for (let run = 0; run < settings.runs * TIMES; run++) {
    const store = join(work, 'store');
    await mkdir(store, { recursive: true });
    const { program, startedMs } = await startServer({ file, agencies: 1, store });
    starts!.push(startedMs);
    program.kill('SIGTERM');
    servers.push(await program.ended);
    const other = await startServer({ file, agencies: 1, store, env: { METRICS_PORT: '0' } });
    watched!.push(other.startedMs);
    other.program.kill('SIGTERM');
    await other.program.ended;
    const nothing = new Program({ args: ['-e', '0'] });
    const { at, cpuMs } = await nothing.ended;
    empty!.push(at - nothing.startedAt);
    emptyCpu!.push(cpuMs);
    await rm(store, { recursive: true, force: true });
  }
  return [
    { what: 'server, start to listening', unit: 'ms', values: starts!, target: { atMost: 150 } },
    { what: 'server with METRICS_PORT, start to listening', unit: 'ms', values: watched! },
    ...processFigures({
      what: 'start and stop',
      who: 'server',
      runs: servers,
      memory: { isForReaders: true },
    }),
    { what: 'node -e 0, start to end', unit: 'ms', values: empty! },
    { what: 'node -e 0, processor time', unit: 'ms', values: emptyCpu! },
  ];
}
