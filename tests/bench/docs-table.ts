/** Keeps the table of docs/performance.md as its figures were last measured. */
import { UserError } from '../../src/errors.ts';
import { tableOf } from './figures.ts';
import type { Results } from './results.ts';

const PLACE = /<!-- bench -->.*?<!-- \/bench -->/s;

/** What a reader of the page wants to know of the results. */
function section({ command, machine, figures }: Results): string {
  const shown = figures.filter(({ target, isForReaders }) => target || isForReaders);
  if (shown.length === 0)
    throw new UserError('RESULTS', 'cannot write the table: no figure of the results is for it');
  const runs = shown.map(({ values }) => values.length);
  const [least, most] = [Math.min(...runs), Math.max(...runs)];
  const data = machine.data === 'real' ? 'the real files' : 'made files as long as the real ones';
  return [
    `Node ${machine.node}, ${machine.cores} cores (${machine.processor}) for the server and its agencies on the same`,
    `machine, ${data}; medians of ${least === most ? least : `${least} to ${most}`} runs by \`${command}\`:`,
    '',
    tableOf(shown, ['what', 'median', 'spread', 'target']),
  ].join('\n');
}

/** The page with the table as the results are. @throws if the page has no place for it */
export function updateBenchTable(markdown: string, results: Results): string {
  if (!PLACE.test(markdown)) throw new Error('the page has no place: <!-- bench --><!-- /bench -->');
  return markdown.replace(PLACE, () => `<!-- bench -->\n${section(results)}\n<!-- /bench -->`);
}
