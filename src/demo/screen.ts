/** Shows what the demo's machine wants shown: on a terminal with bars and a little colour, elsewhere as lines. */
import type { Fact, Progress, Result, ScreenCommand } from '../../machines/vocabulary/demo.ts';
import { escapeMessage } from '../printable.ts';
import { barForAll, barPerAgency, type Look } from './bars.ts';
import { lineForAll, linePerAgency } from './plain-progress.ts';
import type { ProgressView } from './progress.ts';
import { speedLine, tableLines } from './table.ts';
import { differencesText, skippedText, type Text, textOf } from './texts.ts';

/** Bars that are looked at one by one; more are a wall. */
const MOST_BARS = 20;

/** Rows of the screen for what stands above the bars. */
const OTHER_ROWS = 5;

export type Screen = {
  show: (command: ScreenCommand) => void;
  /** A line of the command's own. */
  say: (text: string) => void;
};

export type ScreenOptions = {
  out: NodeJS.WriteStream;
  err: NodeJS.WriteStream;
  env: Readonly<Record<string, string | undefined>>;
  /** Lines: where the bets are, what can be typed next. */
  nextSteps: readonly string[];
  /** The same if the run was interrupted once bets were stored. */
  againSteps: readonly string[];
};

/** What is said last of a run that somebody stopped. */
const INTERRUPTED: ReadonlySet<Fact['kind']> = new Set(['stopped', 'notChecked', 'notCounted']);

const BOLD = '1';
const GREEN = '32';
const RED = '31';

export function createScreen({ out, err, env, nextSteps, againSteps }: ScreenOptions): Screen {
  const isTerminal = out.isTTY === true && env.TERM !== 'dumb';
  const painted = (stream: NodeJS.WriteStream, style: string) => (text: string) =>
    stream.isTTY && isTerminal && !env.NO_COLOR ? `\x1b[${style}m${text}\x1b[0m` : text;
  const look = { isUnicode: speaksUnicode(env), paint: painted(out, GREEN) };
  const write = (text: string) => out.write(`${text}\n`);
  // A terminal that was closed is no reason to leave processes behind.
  for (const stream of [out, err]) stream.on('error', () => {});

  let progress: ProgressView | undefined;
  const closeProgress = () => {
    progress?.close();
    progress = undefined;
  };
  const say = ({ isError, text }: Text) => {
    // What a process said may have come from anybody's file.
    const safe = escapeMessage(text);
    if (isError) err.write(`${painted(err, RED)(`quiniela: ${safe}`)}\n`);
    else write(safe);
  };
  const showResult = (result: Result) => {
    const [head = '', ...rows] = tableLines(result);
    for (const line of ['', painted(out, BOLD)(head), ...rows, '', speedLine(result)]) write(line);
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
  const open = (agencies: readonly Progress[]): ProgressView => {
    const areMany = agencies.length > MOST_BARS;
    if (!isTerminal) return areMany ? lineForAll(agencies, write) : linePerAgency(write);
    const terminal: Look = { ...look, stream: out };
    write('');
    const doFit = !areMany && agencies.length <= out.rows - OTHER_ROWS;
    return doFit ? barPerAgency(agencies, terminal) : barForAll(agencies, terminal);
  };

  return {
    show(command) {
      switch (command.type) {
        case 'screen.show':
          return showFact(command.fact);
        case 'progress.open':
          progress = open(command.agencies);
          return;
        case 'progress.change':
          for (const agency of command.agencies) progress?.show(agency);
          return;
        case 'progress.close':
          return closeProgress();
      }
    },
    say: (text) => say({ isError: false, text }),
  };
}

/** By the locale, as other programs of a terminal decide it. */
function speaksUnicode({ LC_ALL, LC_CTYPE, LANG }: ScreenOptions['env']): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
