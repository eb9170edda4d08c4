/** What the demo says to the person in front of it, in words. */
import { howMany } from '../../machines/how-many.ts';
import type {
  DemoFiles,
  Difference,
  Fact,
  ProcessEnd,
  Result,
  Troubles,
  Who,
} from '../../machines/vocabulary/demo.ts';
import type { ProcessOrder } from '../../machines/vocabulary/lab.ts';
import { counted, grouped, sum } from '../numbers.ts';

/** Errors have more lines, and are said on stderr. */
export type Text = { isError: boolean; text: string };

const line = (text: string): Text => ({ isError: false, text });
const error = (...lines: readonly string[]): Text => ({ isError: true, text: lines.join('\n  ') });

/** Of so many the reasons are told. */
const NAMED = 5;

const nameOf = (who: Who): string => {
  if (who === 'server') return 'the server';
  return who === 'fleet' ? "the agencies' process" : who.replace('-', ' ');
};

/** A user's mistake is its message; a defect is named as one. */
const reasonOf = (reason: unknown): string => {
  if (!(reason instanceof Error)) return String(reason);
  return reason.name === 'UserError' || reason.name === 'StorageError'
    ? reason.message
    : `a defect, ${reason}`;
};

/** Names of a few, and how many more there are. */
const few = (all: readonly Who[]): string =>
  all.length > NAMED
    ? `${all
        .slice(0, NAMED - 1)
        .map(nameOf)
        .join(', ')} and ${all.length - NAMED + 1} more`
    : all.map(nameOf).join(', ');

/** The last lines of each of a few. */
const reasons = (troubles: Troubles, all: readonly Who[], last = Number.POSITIVE_INFINITY): string[] =>
  all.slice(0, NAMED).flatMap((who) => troubles.get(who)?.slice(-last) ?? []);

const howItEnded = (end: ProcessEnd): string => {
  if (end.type === 'process.errored') return `could not be started: ${end.reason}`;
  if (end.signal) return `was ended by ${end.signal}`;
  if (end.code !== 0) return `ended with exit code ${end.code}`;
  if (end.who === 'server') return 'ended before the draw';
  return end.who === 'fleet' ? 'ended before all knew their winners' : 'ended before it knew its winners';
};

const serversText = (ports: readonly number[], store: string): string => {
  const [first, second] = ports;
  if (second === undefined) return `Server    on port ${first}, stores in ${store}`;
  return `Servers   on ports ${ports.join(', ')}: one draw, which is copied to ${store} in the end`;
};

const HOW_THEY_RUN = { processes: 'each a process of its own', fleet: 'all in one process' } as const;

/** `.data/agency-1.csv to agency-5.csv` */
const filesOf = ({ folder, rows }: DemoFiles): string =>
  `${folder}/agency-1.csv${rows.length === 1 ? '' : ` to agency-${rows.length}.csv`}`;

const originOf = ({ rows, made }: DemoFiles): string => {
  if (made.length === 0) return '';
  if (made.length === rows.length) return ', just made';
  return `, ${made.length} made and ${rows.length - made.length} that were there`;
};

const dataText = (files: DemoFiles, remake: string): string => {
  const { rows, asked } = files;
  const text = `Data      ${counted(sum(rows), 'bet')} in ${filesOf(files)}${originOf(files)}`;
  return asked === undefined || rows.every((count) => count === asked)
    ? text
    : `${text}\n          Files that are there stay as they are; to make them anew: ${remake}`;
};

const areStored = (count: number | undefined): string =>
  count === undefined ? 'none are stored' : `${howMany(count, 'is', 'are')} stored`;

const differenceText = ({ of, agency, told, stored }: Difference): string => {
  if (of === 'draw') return "the draw is not over by the store's journal";
  const sent = `${howMany(told ?? 0, 'bet was', 'bets were')} sent`;
  if (agency === undefined) return `${sent}, bets.csv has ${stored}`;
  const winners = told === undefined ? 'no winners' : howMany(told, 'winner');
  return of === 'bets'
    ? `agency ${agency}: ${sent}, ${areStored(stored)}`
    : `agency ${agency} was told ${winners}, ${areStored(stored)}`;
};

export const differencesText = ({ differences }: Result): Text =>
  error('what was sent is not what is stored:', ...differences.map(differenceText));

/** Undefined if no row was. */
export const skippedText = ({ rows, troubles }: Result): Text | undefined => {
  const some = rows.filter(({ skipped }) => skipped > 0).map(({ agency }): Who => `agency-${agency}`);
  if (some.length === 0) return undefined;
  const [last] = reasons(troubles, some.slice(0, 1), 1);
  const example = last === undefined ? '' : `, such as\n  ${last}`;
  const skipped = counted(sum(rows.map((row) => row.skipped)), 'row');
  return line(`Without a valid bet, and skipped: ${skipped} of ${few(some)}${example}`);
};

const orderText = (order: ProcessOrder): string => {
  const name = nameOf(order.who);
  if (order.do === 'signal') return `${order.signal} to ${name}`;
  if (order.do === 'send') return `${order.event.type} to ${order.actor} of ${name}`;
  return `${order.do} ${order.actor} of ${name}`;
};

/** Of all but the result, which is a table. */
export function textOf(fact: Exclude<Fact, { kind: 'result' }>): Text {
  switch (fact.kind) {
    case 'data':
      return line(dataText(fact.files, fact.remake));
    case 'listening':
      return line(serversText(fact.ports, fact.store));
    case 'awaitingPage':
      return line(`Watching  the agencies start once a page is open, or in ${fact.ms / 1000} s`);
    case 'starting': {
      const text = `Agencies  ${grouped(fact.agencies)}, ${HOW_THEY_RUN[fact.agenciesAs]}`;
      return line(fact.isPaced ? `${text}, slowed down to be watched` : text);
    }
    case 'notPossible':
      return error(reasonOf(fact.error));
    case 'ended':
      return error(
        `${nameOf(fact.end.who)} ${howItEnded(fact.end)}`,
        ...reasons(fact.troubles, [fact.end.who]),
      );
    case 'failed':
      return error(`${few(fact.agencies)} failed`, ...reasons(fact.troubles, fact.agencies));
    case 'fell':
      return line(`Lab       ${nameOf(fact.end.who)} ${howItEnded(fact.end)}: the page can start it again`);
    case 'ordered':
      return line(`Lab       ${orderText(fact.order)}`);
    case 'again':
      return line(`Lab       ${nameOf(fact.who)} is started again`);
    case 'silent':
      return error(
        `the server does not listen after ${fact.ms / 1000} s`,
        ...reasons(fact.troubles, ['server']),
      );
    case 'staying': {
      const text = `still running ${fact.ms / 1000} s after they should have left: ${few(fact.who)}`;
      return error(text, ...reasons(fact.troubles, fact.who, 1));
    }
    case 'killing':
      return error(`killed, as they did not stop within ${fact.ms / 1000} s: ${few(fact.who)}`);
    case 'leftBehind':
      return error(`not ended ${fact.ms / 1000} s after they were killed: ${few(fact.who)}`);
    case 'stopping':
      return line(`${fact.signal}: stopping all, once more kills them`);
    case 'stopped':
      return line(`Stopped: ${counted(fact.bets, 'bet')} stored in ${fact.store}/bets.csv`);
    case 'notCounted': {
      return line(`Stopped; to count what is stored in ${fact.store} takes longer than ${fact.ms / 1000} s`);
    }
    case 'notChecked': {
      const compared = `what is stored in ${fact.store} was compared with what was sent`;
      return line(`Stopped after the draw, before ${compared}`);
    }
    case 'stoppedEarly':
      return line('Stopped before any bet was stored');
  }
}
