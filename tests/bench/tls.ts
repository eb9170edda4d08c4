/** The same draw with TLS and without, in turn; and thousands of agencies that all shake hands. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates } from '../../src/identity/certificates.ts';
import { type Bench, sumOf } from './bench-parts.ts';
import { type Data, REAL_BETS, writeAgencies } from './data.ts';
import { type DrawRun, runDraw } from './draw.ts';
import type { Figure } from './figures.ts';
import { processFigures } from './processes.ts';
import type { Ended } from './program.ts';
import { startAgency, startServer } from './quiniela.ts';

/** Bets of each of the many. */
const BETS = 100;

export async function tls({ settings, work, file, base }: Bench): Promise<Figure[]> {
  const most = Math.max(...settings.connections);
  const certificates = join(work, 'certs');
  await makeCertificates({ dir: certificates, agencies: Array.from({ length: most }, (_, i) => i + 1) });

  const five = await writeAgencies(
    join(work, 'data'),
    base,
    REAL_BETS.map((count) => Math.ceil(count * settings.share)),
  );
  const [plain, secured]: [DrawRun[], DrawRun[]] = [[], []];
  for (let run = 0; run < settings.runs; run++) {
    plain.push(await runDraw({ server: file, file, data: five, work }));
    secured.push(await runDraw({ server: file, file, data: five, work, certificates }));
  }

  const data = await writeAgencies(join(work, 'many'), base, Array<number>(most).fill(BETS));
  const crowds: Crowd[] = [];
  for (let run = 0; run < settings.longRuns; run++)
    crowds.push(await runCrowd(file, data, work, certificates));

  const what = `TLS, 5 agencies, ${five.bets.toLocaleString('en')} bets`;
  const crowd = `TLS, ${most.toLocaleString('en')} agencies, ${BETS} bets each`;
  return [
    { what: `${what}: start to last winner`, unit: 's', values: secured.map(({ seconds }) => seconds) },
    {
      what: `${what}: start to last winner, as a multiple of that without TLS`,
      unit: 'x',
      values: secured.map(({ seconds }, run) => seconds / plain[run]!.seconds),
      target: { atMost: 1.1 },
    },
    {
      what: `${what}: processor time of all, as a multiple of that without TLS`,
      unit: 'x',
      values: secured.map((draw, run) => cpuOf(draw) / cpuOf(plain[run]!)),
      isForReaders: true,
    },
    ...processFigures({
      what,
      who: 'server',
      runs: secured.map(({ server }) => server),
      cpu: { isForReaders: true },
    }),
    ...processFigures({ what, who: 'agencies', runs: secured.map(({ agencies }) => agencies) }),
    {
      what: `${crowd}: connection to last winner`,
      unit: 's',
      values: crowds.map(({ seconds }) => seconds),
      isForReaders: true,
    },
    ...processFigures({
      what: crowd,
      who: 'server',
      runs: crowds.map(({ server }) => server),
      cpu: { isForReaders: true },
    }),
    ...processFigures({ what: crowd, who: 'fleet', runs: crowds.map(({ fleet }) => fleet) }),
  ];
}

const cpuOf = ({ server, agencies }: DrawRun): number => sumOf([server, ...agencies], ({ cpuMs }) => cpuMs);

type Crowd = { seconds: number; server: Ended; fleet: Ended };

/** To the fleet's end: to look for each one's winners in its log would cost more than the draw. */
async function runCrowd(file: string, data: Data, work: string, certificates: string): Promise<Crowd> {
  const store = join(work, 'store');
  await mkdir(store, { recursive: true });
  const agencies = data.agencies.length;
  const { program, port } = await startServer({ file, agencies, store, certificates });
  const started = performance.now();
  const fleet = await startAgency({ file, id: `1-${agencies}`, port, data: data.dir, certificates }).ended;
  const server = await program.ended;
  await rm(store, { recursive: true, force: true });
  return { seconds: (fleet.at - started) / 1000, server, fleet };
}
