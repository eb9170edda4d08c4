/** The end of `make chaos`: what was sent beside what is stored, and whether everybody has the same bytes. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../make-folder.ts';
import { grouped, sum } from '../../numbers.ts';
import { nodeDisk } from '../../store/disk.ts';
import { type DrawReport, verifyDraw } from '../../store/verify.ts';
import { ENGINE_NODES, serversOf } from '../cluster.ts';
import { containers, docker } from '../engine.ts';
import { headsOf, told } from './ask.ts';

type Compared = {
  project: string;
  /** Containers of agencies. */
  clients: readonly string[];
  servers: number;
  /** Bets of each agency's file, from agency 1. */
  rows: readonly number[];
  say: (line: string) => void;
};

/** Where each node's export is put. */
const FOLDER = join('.data', 'chaos');

/** @returns the exit code: 1 if anything is not as it should be */
export async function compare({ project, clients, servers, rows, say }: Compared): Promise<number> {
  rmSync(FOLDER, { recursive: true, force: true });
  await makeFolder(FOLDER);
  for (const node of ENGINE_NODES) exportFrom(project, node, join(FOLDER, node));
  const [first = ''] = ENGINE_NODES;
  const report = await verifyDraw(join(FOLDER, first), nodeDisk());
  const answers = told(clients, rows.length);
  const lines = rows.map((sent, index) => lineOf(index + 1, sent, report, answers[index]));
  for (const line of table(lines)) say(line);
  const heads = headsOf(serversOf(servers));
  const checks: [string, boolean][] = [
    [
      'bets.csv and journal of all nodes are the same bytes',
      ENGINE_NODES.every((node) => isSame(first, node)),
    ],
    ['the draw of all servers has the same head', heads.every((head) => head === report.head)],
    ['quiniela verify passes on them', report.state === 'closed'],
    ['nothing doubled, nothing lost, winners right', lines.every(({ isRight }) => isRight)],
  ];
  say('');
  for (const [what, isTrue] of checks) say(`${isTrue ? 'yes' : 'NO '}  ${what}`);
  say('');
  say(`All of it is in ${FOLDER}. Next: make logs, make down`);
  return checks.every(([, isTrue]) => isTrue) ? 0 : 1;
}

/** In a container of its own: only there the engine can be reached. */
function exportFrom(project: string, node: string, dir: string): void {
  const server = containers().find(({ name, project: of }) => name === 'server' && of === project);
  const rights = [
    '--permission',
    '--allow-net',
    '--allow-fs-read=/app/',
    '--allow-fs-read=/data/',
    '--allow-fs-write=/data/',
  ];
  const program = [...rights, '--disable-warning=ExperimentalWarning', '/app/quiniela.mjs', 'export'];
  const options = ['--from', `nats://${node}:4222`, '--draw', server?.env.DRAW_NAME ?? '', '/data/draw'];
  const network = ['--network', `${project}_engine_net`];
  const made = docker(
    'create',
    ...network,
    '--entrypoint',
    'node',
    server?.image ?? '',
    ...program,
    ...options,
  ).trim();
  try {
    docker('start', '-a', made);
    docker('cp', `${made}:/data/draw`, dir);
  } finally {
    docker('rm', '-f', made);
  }
}

const isSame = (one: string, other: string): boolean =>
  ['bets.csv', 'journal.ndjson'].every((name) =>
    readFileSync(join(FOLDER, one, name)).equals(readFileSync(join(FOLDER, other, name))),
  );

type Line = { cells: readonly number[]; isRight: boolean };

/** The draw took place only because count and CRC of each agency's stored bets are those that it said with DONE: so many
 * are these ones. */
function lineOf(
  agency: number,
  sent: number,
  { agencies, winners }: DrawReport,
  answer: number | undefined,
): Line {
  const { stored = 0 } = agencies.get(agency) ?? {};
  const drawn = winners?.get(agency)?.length ?? 0;
  const cells = [agency, sent, stored, Math.max(0, stored - sent), Math.max(0, sent - stored), answer ?? -1];
  return { cells, isRight: sent === stored && answer === drawn };
}

const HEAD = ['agency', 'bets sent', 'bets stored', 'doubled', 'lost', 'winners'];

function table(lines: readonly Line[]): string[] {
  const total = HEAD.map((_, column) =>
    column === 0 ? 'total' : grouped(sum(lines.map(({ cells }) => Math.max(0, cells[column] ?? 0)))),
  );
  const body = lines.map(({ cells, isRight }) => [
    ...cells.map((cell) => (cell < 0 ? '?' : grouped(cell))),
    ...(isRight ? [] : ['<- not right']),
  ]);
  const widths = HEAD.map((_, column) =>
    Math.max(...[HEAD, ...body, total].map((row) => row[column]?.length ?? 0)),
  );
  const lineText = (row: readonly string[]): string =>
    `  ${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('   ')}`;
  const rule = `  ${widths.map((width) => '-'.repeat(width)).join('   ')}`;
  return ['', lineText(HEAD), rule, ...body.map(lineText), rule, lineText(total)];
}
