/** The same draws with TLS and without, in turn: a short one, of which starts are a part, and a long upload; and thousands of
 * agencies that all shake hands. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates } from '../../src/identity/certificates.ts';
import { type Bench, sumOf } from './bench-parts.ts';
import { type Data, REAL_BETS, shares, writeAgencies } from './data.ts';
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
  const inTurn = async (data: Data, times: number): Promise<Pair[]> => {
    const pairs: Pair[] = [];
    for (let run = 0; run < times; run++) {
      const plain = await runDraw({ server: file, file, data, work });
      pairs.push({ plain, secured: await runDraw({ server: file, file, data, work, certificates }) });
    }
    return pairs;
  };
  const short = await inTurn(five, settings.runs);
  const secured = short.map((pair) => pair.secured);
  const upload = await writeAgencies(join(work, 'upload'), base, shares(settings.manyBets, 5));
  const long = await inTurn(upload, settings.longRuns);

  const data = await writeAgencies(join(work, 'many'), base, Array<number>(most).fill(BETS));
  const crowds: Crowd[] = [];
  for (let run = 0; run < settings.longRuns; run++)
    crowds.push(await runCrowd(file, data, work, certificates));

  const what = `TLS, 5 agencies, ${five.bets.toLocaleString('en')} bets`;
  const crowd = `TLS, ${most.toLocaleString('en')} agencies, ${BETS} bets each`;
  return [
    { what: `${what}: start to last winner`, unit: 's', values: secured.map(({ seconds }) => seconds) },
    ...multiples(what, short),
    ...multiples(`TLS, 5 agencies, ${upload.bets.toLocaleString('en')} bets`, long),
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

/** A draw without TLS, and the one with it that came after it. */
type Pair = { plain: DrawRun; secured: DrawRun };

const multiples = (what: string, pairs: readonly Pair[]): Figure[] => [
  {
    what: `${what}: start to last winner, as a multiple of that without TLS`,
    unit: 'x',
    values: pairs.map(({ plain, secured }) => secured.seconds / plain.seconds),
    target: { atMost: 1.1 },
  },
  {
    what: `${what}: processor time of all, as a multiple of that without TLS`,
    unit: 'x',
    values: pairs.map(({ plain, secured }) => cpuOf(secured) / cpuOf(plain)),
    isForReaders: true,
  },
];

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
