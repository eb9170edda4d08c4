/**
 * What being watched costs: draws of five agencies with the bench's data, in turn without and with an inspector.
 * Prints a table; nothing is asserted, as other programs of the machine count too.
 *
 *     node tests/inspector/cost.ts [RUNS [TIMES [image]]]
 *
 * TIMES: how often each agency has its file's bets. `image`: the program as images have it, with what V8 has compiled of it;
 * without it, as npm's package does.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { baseFiles, type Data, REAL_BETS, writeAgencies } from '../bench/data.ts';
import { Program } from '../bench/program.ts';
import { bundle, imageOf, startAgency, startServer } from '../bench/quiniela.ts';
import { askHub } from './helpers.ts';

const [runs = '5', times = '1', as] = process.argv.slice(2);
const work = relative('.', join(import.meta.dirname, `../../.data/cost-${process.pid}`));

type Run = { ms: number; cpuMs: number };

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;

async function draw(file: string, data: Data, env: Record<string, string>): Promise<Run> {
  const store = join(work, 'store');
  await rm(store, { recursive: true, force: true });
  await mkdir(store, { recursive: true });
  const { program: server, port } = await startServer({ file, agencies: data.agencies.length, store, env });
  const start = performance.now();
  const agencies = data.agencies.map(({ agency: id }) =>
    startAgency({ file, id, port, data: data.dir, env }),
  );
  const told = await Promise.all(agencies.map((agency) => agency.seen('consulta_ganadores')));
  const ended = await Promise.all([server, ...agencies].map((program) => program.ended));
  return { ms: Math.max(...told) - start, cpuMs: ended.reduce((sum, { cpuMs }) => sum + cpuMs, 0) };
}

await mkdir(work, { recursive: true });
const { files, real } = await baseFiles(work);
const data = await writeAgencies(
  join(work, 'data'),
  files,
  REAL_BETS.map((bets) => bets * Number(times)),
);
const file = await (as === 'image'
  ? imageOf(join(work, 'image'))
  : bundle('src/main.ts', join(work, 'quiniela.mjs')));
const hub = new Program({ args: [file, 'inspector', '--port', '0'] });
await hub.seen('page: ');
const url = /page: (\S+)/.exec(hub.tail)![1]!;

const plain: Run[] = [];
const watched: Run[] = [];
for (let run = 0; run < Number(runs); run += 1) {
  plain.push(await draw(file, data, {}));
  watched.push(await draw(file, data, { INSPECT_URL: url }));
}
await new Promise((resolve) => setTimeout(resolve, 1_000));
const { events, lost } = await askHub(url);
hub.kill('SIGTERM');
const { cpuMs: hubMs, peakBytes } = await hub.ended;
await rm(work, { recursive: true, force: true });

const row = (what: string, value: (run: Run) => number) => {
  const [without, withIt] = [median(plain.map(value)), median(watched.map(value))];
  const more = ((withIt / without - 1) * 100).toFixed(0);
  return `| ${what} | ${without.toFixed(0)} ms | ${withIt.toFixed(0)} ms | ${more} % |`;
};
console.log(`${data.bets} ${real ? 'real' : 'made'} bets, median of ${runs}\n`);
console.log('| | without | with the inspector | more |\n|---|---|---|---|');
console.log(row('start of the agencies to the last winner', ({ ms }) => ms));
console.log(row('processor time of the server and its agencies', ({ cpuMs }) => cpuMs));
console.log(
  `\nThe hub: ${(events / Number(runs)).toFixed(0)} events and ${(hubMs / Number(runs)).toFixed(0)} ms a run, ` +
    `${lost} events lost, at most ${(peakBytes / 1024 / 1024).toFixed(0)} MB.`,
);
