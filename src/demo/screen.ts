/** Shows what the demo's machine wants shown: on a terminal with bars and a little colour, elsewhere as lines. */
import type { Fact, Result, ScreenCommand } from '../../machines/vocabulary/demo.ts';
import { escapeMessage } from '../printable.ts';
import { sizeOf } from '../terminal/block.ts';
import { BOLD, isTerminal, lookOf, RED } from '../terminal/look.ts';
import { Live } from './live.ts';
import { lineForAll, linePerAgency } from './plain-progress.ts';
import type { ProgressView } from './progress.ts';
import { speedLine, tableLines } from './table.ts';
import { differencesText, skippedText, type Text, textOf } from './texts.ts';

/** Lines of each agency that are looked at one by one; more are a wall. */
const MOST_LINES = 20;

export type Screen = {
  show: (command: ScreenCommand) => void;
  /** A line of the command's own. */
  say: (text: string) => void;
  /** What is going on, if that can be shown. */
  busy: (text: string) => void;
  /** Nothing is going on any more. */
  end: () => void;
};

type ScreenOptions = {
  out: NodeJS.WriteStream;
  err: NodeJS.WriteStream;
  env: Readonly<Record<string, string | undefined>>;
  /** Lines: where the bets are, what can be typed next. */
  nextSteps: readonly string[];
  /** The same if the run was interrupted once bets were stored. */
  againSteps: readonly string[];
  /** The last table has a row for each agency, however many they are. */
  isAll?: boolean;
  /** Hears of what the last table shows. */
  onResult?: (result: Result) => void;
};

/** What is said last of a run that somebody stopped. */
const INTERRUPTED: ReadonlySet<Fact['kind']> = new Set(['stopped', 'notChecked', 'notCounted']);

/** What goes on after something was said. */
const AFTER: Readonly<Partial<Record<Fact['kind'], string>>> = {
  data: 'starting the server',
  listening: 'starting the agencies',
  stopping: 'stopping all',
  ended: 'stopping all',
  failed: 'stopping all',
  silent: 'stopping all',
  staying: 'stopping all',
  killing: 'killing those that stay',
};

export function createScreen(options: ScreenOptions): Screen {
  const { out, err, env, nextSteps, againSteps, isAll = false } = options;
  const [look, errorLook] = [lookOf(out, env), lookOf(err, env)];
  const live = isTerminal(out, env) ? new Live(out, look) : undefined;
  const write = (text: string) => out.write(`${text}\n`);
  // A terminal that was closed is no reason to leave processes behind.
  for (const stream of [out, err]) stream.on('error', () => {});

  let lines: ProgressView | undefined;
  const say = ({ isError, text }: Text) => {
    // What a process said may have come from anybody's file.
    const safe = escapeMessage(text);
    if (isError) err.write(`${errorLook.paint(`quiniela: ${safe}`, RED)}\n`);
    else write(safe);
  };
  const showResult = (result: Result) => {
    options.onResult?.(result);
    const columns = live && sizeOf(out).columns;
    const [head = '', ...rows] = tableLines(result, { columns, isAll });
    for (const line of ['', look.paint(head, BOLD), ...rows, '', speedLine(result)]) write(line);
    const skipped = skippedText(result);
    if (skipped) say(skipped);
    if (result.differences.length > 0) say(differencesText(result));
    else nextSteps.forEach(write);
  };
  const showFact = (fact: Fact) => {
    if (fact.kind === 'result') return showResult(fact.result);
    say(textOf(fact));
    if (INTERRUPTED.has(fact.kind)) againSteps.forEach(write);
  };
  const above = (text: () => void): void => (live ? live.above(text) : text());

  return {
    show(command) {
      switch (command.type) {
        case 'screen.show': {
          const { fact } = command;
          above(() => showFact(fact));
          const next = AFTER[fact.kind];
          if (next) live?.busy(next);
          return;
        }
        case 'progress.open': {
          const { agencies } = command;
          if (live) live.open(agencies);
          else lines = agencies.length > MOST_LINES ? lineForAll(agencies, write) : linePerAgency(write);
          return;
        }
        case 'progress.change':
          live?.change(command.agencies);
          for (const agency of command.agencies) lines?.show(agency);
          return;
        case 'progress.close':
          live?.closeBars();
          live?.busy('reading back what is stored');
          lines?.close();
          lines = undefined;
      }
    },
    say: (text) => above(() => say({ isError: false, text })),
    busy: (text) => live?.busy(text),
    end: () => live?.end(),
  };
}
