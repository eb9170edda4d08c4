/**
 * Guards the guards: puts known bugs one by one into a copy of the sources, and runs the tests against each.
 *
 *     node tests/guards/guards.ts [BUG...]        ONLY=simulation: by the simulation alone
 */
import { availableParallelism } from 'node:os';
import type { Bug } from './bug.ts';
import { BUGS } from './bugs/index.ts';
import { whatCatches } from './try-bug.ts';

const SIMULATION = 'simulation/simulation.long.test.ts';

/** Runs `run` for each item, as many at once as there are processors. */
const inParallel = async <T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> => {
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !BUGS.some((bug) => bug.name === name));
if (unknown.length > 0) {
  console.error(`no such bug: ${unknown.join(', ')}; there are ${BUGS.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}
const byTests = (bug: Bug) => bug.seenBy;
const bySimulation = () => [SIMULATION];
const isSimulatedOnly = process.env.ONLY === 'simulation';
const testsOf = isSimulatedOnly ? bySimulation : byTests;
const bugs = BUGS.filter(
  ({ name, isSimulated }) =>
    (named.length === 0 || named.includes(name)) && (isSimulated || !isSimulatedOnly),
);

// First without any bug: a test that fails anyway catches nothing.
const complaints: string[] = [];
await inParallel([...new Set(bugs.flatMap(testsOf))], async (file) => {
  const failed = await whatCatches(undefined, [file]);
  if (failed) complaints.push(failed);
});
if (complaints.length > 0) {
  console.error(`these fail without any bug, there is nothing to learn from them:\n${complaints.join('\n')}`);
  process.exit(1);
}

let caught = 0;
await inParallel(bugs, async (bug) => {
  const by = await whatCatches(bug, testsOf(bug));
  if (by) caught++;
  console.log(by ? `${bug.name}: caught by ${by}` : `${bug.name}: NOT CAUGHT, and ${bug.breaks}`);
});
console.log(`${caught} of ${bugs.length} bugs are caught`);
process.exitCode = caught === bugs.length ? 0 : 1;
