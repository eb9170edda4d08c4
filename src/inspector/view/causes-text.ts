/** An event's causes and effects as text, for a terminal, and as data, for programs. */
import { BOLD, clipped, DIM, type Look } from '../../terminal/look.ts';
import { type CauseLine, type CauseTree, routeOf } from './cause-tree.ts';
import type { Cause, Effect } from './causes.ts';
import type { Moments } from './moments.ts';
import { countText, eventText, msText } from './naming.ts';
import { ascii, harmless } from './plain.ts';
import { endOf, type Row } from './rows.ts';

/** Columns of a number, of a time, and of the space that shows what came of what. */
const NUMBER = 7;
const TIME = 10;
const INDENT = 2;
const DEEPEST = 8;

type NameOf = (id: string | undefined) => string;

/** What the page's address calls it: `at=1218` shows the run up to this event. */
export const numberOf = ({ number }: Row): number => number + 1;

/** @param columns of the terminal; undefined if it is none, where nothing is cut */
export function causeLines(
  { title, first, hidden, rest }: CauseTree,
  {
    moments,
    nameOf,
    look,
    columns,
  }: { moments: Moments; nameOf: NameOf; look: Look; columns?: number | undefined },
): string[] {
  const shown = [...first, ...rest];
  const begin = Math.min(...shown.map(({ row }) => row.time));
  const fit = (text: string): string => {
    const plain = look.isUnicode ? text : ascii(text);
    return columns === undefined ? plain : clipped(plain, columns, look);
  };
  const lineOf = ({ row, depth, how, isOpened }: CauseLine): string => {
    const end = endOf(row, moments);
    const cells = [
      isOpened ? '>' : ' ',
      String(numberOf(row)).padStart(NUMBER),
      msText(row.time - begin).padStart(TIME),
      (end === undefined ? '-' : msText(end - row.time)).padStart(TIME),
      ' '.repeat(INDENT * Math.min(depth, DEEPEST)),
    ];
    const note = how === '' ? '' : `, ${how}`;
    const text = fit(
      `${cells.join(' ')}${harmless(eventText(row.event.type))}  ${harmless(routeOf(row, nameOf))}${note}`,
    );
    return isOpened ? look.paint(text, BOLD) : text;
  };
  const head = fit(
    ['', 'event'.padStart(NUMBER + 1), 'at'.padStart(TIME), 'taken in'.padStart(TIME)].join(' ').slice(1),
  );
  const gap = hidden > 0 ? [fit(`${''.padStart(NUMBER + 2)} ${countText(hidden)} more between them`)] : [];
  return [look.paint(title, BOLD), look.paint(head, DIM), ...first.map(lineOf), ...gap, ...rest.map(lineOf)];
}

/** What is known of an event, for programs: milliseconds since 1970, and those until it was taken. */
function eventData(row: Row, moments: Moments, nameOf: NameOf) {
  const { time, source, target, event, took } = row;
  const end = endOf(row, moments);
  return {
    number: numberOf(row),
    type: event.type,
    from: source === undefined ? null : nameOf(source),
    to: nameOf(target),
    at: time,
    takenIn: end === undefined ? null : end - time,
    transitions: took,
    event,
  };
}

export const causesData = (
  row: Row,
  { before, after }: { before: readonly Cause<Row>[]; after: readonly Effect<Row>[] },
  moments: Moments,
  nameOf: NameOf,
) => {
  const data = (one: Row) => eventData(one, moments, nameOf);
  return {
    ...data(row),
    causes: before.map(({ row, how }) => ({ ...data(row), how })),
    effects: after.map(({ row, how, depth }) => ({ ...data(row), how, depth })),
  };
};
