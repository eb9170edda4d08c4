import { argument, wholeNumber } from '../config/values.ts';
import { UserError } from '../errors.ts';
import type { History } from '../inspector/hub/history.ts';
import { causeTree } from '../inspector/view/cause-tree.ts';
import { causesOf } from '../inspector/view/causes-of.ts';
import { causeLines, causesData, numberOf } from '../inspector/view/causes-text.ts';
import { Moments } from '../inspector/view/moments.ts';
import { countText } from '../inspector/view/naming.ts';
import { toData } from '../inspector/view/picture-data.ts';
import { lastBefore, type Row } from '../inspector/view/rows.ts';
import { ShownRows } from '../inspector/view/shown-rows.ts';
import type { Trace } from '../inspector/view/trace.ts';
import { wireOf } from '../inspector/view/wire.ts';
import { sizeOf } from '../terminal/block.ts';
import { isTerminal, lookOf } from '../terminal/look.ts';

/** Causes that a terminal shows nearest to the event, effects, and other events that match. */
const MOST_CAUSES = 40;
const MOST_EFFECTS = 100;
const MOST_OTHERS = 10;

/**
 * What caused an event of a recorded run, back to the first cause, and what it caused, as the page shows it.
 *
 * @param wanted its number, or a filter as on the page: then the first that it shows
 * @throws {UserError} `ARGUMENT`; `TRACE` if there is no such event
 */
export const traceEvent = (
  { history, traces }: { history: History; traces: readonly Trace[] },
  wanted: string,
  isJson: boolean,
): void => {
  const moments = new Moments();
  moments.restart(toData(history.base), history.first);
  moments.add(history.entries.map(({ event }) => event));
  const rows = new ShownRows(moments);
  const nameOf = (id: string | undefined) => rows.nameOf(id);
  const found = find(rows, wanted, moments.next);
  const [row] = found;
  if (!row) throw new UserError('TRACE', `cannot trace: ${missing(wanted, rows.all)}`);
  const causes = causesOf(rows.all, moments, wireOf(moments, traces));
  if (isJson) {
    const before = causes.before(row);
    const after = causes.after(row, Number.POSITIVE_INFINITY);
    const data = causesData(row, { before, after }, moments, nameOf);
    console.log(JSON.stringify({ ...data, matches: found.map(numberOf) }));
    return;
  }
  const { stdout, env } = process;
  const columns = isTerminal(stdout, env) ? sizeOf(stdout).columns : undefined;
  const tree = causeTree(causes, row, { causes: MOST_CAUSES, effects: MOST_EFFECTS });
  const lines = causeLines(tree, { moments, nameOf, look: lookOf(stdout, env), columns });
  const others = found.slice(1);
  const numbers = others.slice(0, MOST_OTHERS).map(numberOf).join(', ');
  const more = others.length > MOST_OTHERS ? ', ...' : '';
  const note = `${countText(others.length)} more ${others.length === 1 ? 'matches' : 'match'}: --event ${numbers}${more}`;
  console.log([...lines, ...(others.length > 0 ? ['', note] : [])].join('\n'));
};

function find(rows: ShownRows, wanted: string, last: number): readonly Row[] {
  if (/^\d+$/.test(wanted)) {
    rows.update('', undefined);
    const number = argument('cannot trace: --event', wanted, wholeNumber(1, last));
    // As the page does with its address: not every number is that of an event between actors.
    return rows.all.slice(Math.max(0, lastBefore(rows.all, number))).slice(0, 1);
  }
  rows.update(wanted, undefined);
  if (rows.filtered) return rows.filtered;
  throw new UserError(
    'ARGUMENT',
    `cannot trace: --event is ${JSON.stringify(wanted)}, must be an event's number, or a filter such as "type:server.stored to:agency"`,
  );
}

const missing = (wanted: string, all: readonly Row[]): string => {
  if (all.length === 0) return 'no actor was sent an event in this run';
  return `no event of ${countText(all.length)} matches ${JSON.stringify(wanted)}`;
};
