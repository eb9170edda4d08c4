/** An event between what caused it, back to the first of all, and what it caused: what the page and the terminal show. */
import type { Causes, How } from './causes.ts';
import { countText } from './naming.ts';
import type { Row } from './rows.ts';

/** How a line came of what stands above it, if not from its actor's own step. */
const HOW: Readonly<Record<How, string>> = {
  step: '',
  timer: 'a timer, set then',
  wire: 'over the wire',
  latest: 'some time after its actor was told that',
};

export type CauseLine = { row: Row; depth: number; how: string; isOpened: boolean };

export type CauseTree = {
  title: string;
  /** The first cause of all; none of an event that nothing has caused. */
  first: readonly CauseLine[];
  /** Causes between it and the others. */
  hidden: number;
  /** The causes nearest to the event, the event, its effects. */
  rest: readonly CauseLine[];
  /** There are more effects than are told. */
  hasMore: boolean;
};

/** @param most causes that are shown nearest to the event, besides the first of all; and effects */
export function causeTree(
  causes: Causes<Row>,
  row: Row,
  most: { causes: number; effects: number },
): CauseTree {
  const before = causes.before(row);
  const after = causes.after(row, most.effects + 1);
  const hidden = Math.max(0, before.length - 1 - most.causes);
  // What a cause says of how it is known is said of what it caused.
  const chain = [...before.map(({ row }) => row), row].map(
    (row, index): CauseLine => ({
      row,
      depth: 0,
      how: index === 0 ? originOf(row) : HOW[before[index - 1]?.how ?? 'step'],
      isOpened: index === before.length,
    }),
  );
  const effects = after
    .slice(0, most.effects)
    .map(({ row, depth, how }): CauseLine => ({ row, depth, how: HOW[how], isOpened: false }));
  const hasMore = after.length > effects.length;
  return {
    title: `Causes and effects: ${countText(before.length)} before it, ${countText(effects.length)}${hasMore ? ' and more' : ''} after it`,
    first: before.length > 0 ? chain.slice(0, 1) : [],
    hidden,
    rest: [...chain.slice(before.length > 0 ? 1 + hidden : 0), ...effects],
    hasMore,
  };
}

/** Why there is nothing before it. */
function originOf({ source, event }: Row): string {
  if (source === undefined) return event.type === 'xstate.init' ? 'its program started it' : 'from outside';
  return 'what came before it is not told';
}

/** `socket → agency 1`; the one alone if it sent it to itself, or nobody did. */
export const routeOf = ({ source, target }: Row, nameOf: (id: string) => string): string =>
  source === undefined || source === target ? nameOf(target) : `${nameOf(source)} → ${nameOf(target)}`;
