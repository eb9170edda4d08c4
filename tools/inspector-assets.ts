/**
 * Makes what the hub serves: the page in one piece, and a chart of every machine. Only where the sources are:
 * the bundled program brings the result along (tools/bundle.ts), and neither esbuild nor the layout library.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ELK } from 'elkjs';
import ElkConstructor from 'elkjs/lib/elk.bundled.js';
import { build } from 'esbuild';
import type { AnyStateMachine } from 'xstate';
import { type ChartGraph, graphOf, summarised } from '../src/inspector/charts/graph.ts';
import { type Chart, layOut } from '../src/inspector/charts/layout.ts';
import { toSvg } from '../src/inspector/charts/svg.ts';
import type { Asset } from '../src/inspector/hub/assets.ts';
import { describeMachine } from './diagrams/describe.ts';
import { machines } from './diagrams/machines.ts';
import { exampleRun } from './example.ts';
import { kept } from './kept.ts';
import { sourceLines } from './source-lines.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'src/inspector/page');

/** The layout library as a Worker of its own; as it stands in its package. */
export const ELK_WORKER = createRequire(import.meta.url).resolve('elkjs/lib/elk-worker.min.js');

/** Stately's own inspector: the only address that is told of a run, written into the page as it is built. */
const STATELY = 'https://stately.ai/inspect';

/** @param inspector another one in its place, for tests */
export async function buildAssets(inspector = STATELY): Promise<[path: string, asset: Asset][]> {
  const [html, stately, css, js, statelyJs, labCss, labJs, charts] = await Promise.all([
    readFile(join(PAGE, 'index.html'), 'utf8'),
    readFile(join(PAGE, 'stately.html'), 'utf8'),
    bundled('style.css'),
    bundled('main.ts'),
    bundled('stately.ts', { STATELY_INSPECTOR: JSON.stringify(inspector) }),
    bundled('lab/lab.css'),
    bundled('lab/lab.ts'),
    chartsOf(Object.values(machines)),
  ]);
  return [
    ['/', { type: 'text/html; charset=utf-8', body: html }],
    ['/stately', { type: 'text/html; charset=utf-8', body: stately, frames: new URL(inspector).origin }],
    ['/style.css', { type: 'text/css', body: css }],
    ['/main.js', { type: 'text/javascript', body: js }],
    ['/stately.js', { type: 'text/javascript', body: statelyJs }],
    ['/lab.css', { type: 'text/css', body: labCss }],
    ['/lab.js', { type: 'text/javascript', body: labJs }],
    ['/elk.js', { type: 'text/javascript', body: () => readFile(ELK_WORKER, 'utf8') }],
    ['/example.ndjson', { type: 'application/x-ndjson', body: exampleRun() }],
    ['/charts.json', { type: 'application/json', body: JSON.stringify(charts) }],
  ];
}

async function bundled(name: string, define: Record<string, string> = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(PAGE, name)],
    bundle: true,
    define,
    write: false,
    format: 'esm',
    target: 'es2023',
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  });
  return outputFiles[0]!.text;
}

/** The package's default export is the class, which its types put one level deeper. */
const elk = new (ElkConstructor as unknown as new () => ELK)();

/** By a machine's id: its chart as SVG. */
async function chartsOf(sources: readonly AnyStateMachine[]): Promise<Record<string, string>> {
  const charts: Record<string, string> = {};
  const lines = sourceLines();
  for (const machine of sources) {
    const { boxes, ...rest } = await chartOf(machine, summarised);
    const located = boxes.map((box) => ({ ...box, source: lines.get(box.description ?? '') }));
    charts[machine.id] = toSvg({ ...rest, boxes: located }, { title: `${machine.id}, a state machine` });
  }
  return charts;
}

/** Placing a large machine takes a second: it is kept as long as machine and layout are the same. */
export async function chartOf(
  machine: AnyStateMachine,
  change = (graph: ChartGraph): ChartGraph => graph,
): Promise<Chart> {
  const graph = change(graphOf(describeMachine(machine)));
  const rules = await readFile(join(ROOT, 'src/inspector/charts/layout.ts'));
  const made = async () => JSON.stringify(await layOut(graph, elk));
  return JSON.parse(await kept('chart', [rules, JSON.stringify(graph)], made));
}
