/** What caused the event that is opened, back to the first, and what it caused; each where it was when. */
import type { Causes, How } from '../../view/causes.ts';
import { countText, eventText, msText } from '../../view/naming.ts';
import { byId, element } from '../dom.ts';
import type { Moments } from '../moments.ts';
import type { Row } from './rows.ts';
import { barBetween } from './waterfall.ts';

export type CausesViewOptions = {
  moments: Moments;
  rows: () => readonly Row[];
  causes: (rows: readonly Row[]) => Causes<Row>;
  nameOf: (id: string | undefined) => string;
  goTo: (number: number) => void;
};

/** Causes that are shown nearest to the event, besides the first of all; and effects. */
const MOST_CAUSES = 12;
const MOST_EFFECTS = 40;

/** How it came of what stands above it, if not from its actor's own step. */
const HOW: Readonly<Record<How, string>> = {
  step: '',
  timer: 'a timer, set then',
  wire: 'over the wire',
  latest: 'some time after its actor was told that',
};

type Line = { row: Row; depth: number; how: string; isOpened?: boolean };

export class CausesView {
  readonly #options: CausesViewOptions;
  readonly #section = byId('causes');
  #known: { rows: readonly Row[]; next: number; causes: Causes<Row> } | undefined;
  #shown: Row | undefined;
  #step: number | undefined;

  constructor(options: CausesViewOptions) {
    this.#options = options;
    this.#section.addEventListener('click', ({ target }) => {
      const number = (target as Element).closest<HTMLElement>('[data-event]')?.dataset.event;
      if (number !== undefined) options.goTo(Number(number));
    });
  }

  show(row: Row | undefined): void {
    if (row === this.#shown && row?.step === this.#step) return;
    this.#shown = row;
    this.#step = row?.step;
    this.#section.hidden = row === undefined;
    if (!row) return;
    const causes = this.#causes();
    const before = causes.before(row);
    const after = causes.after(row, MOST_EFFECTS + 1);
    const hidden = Math.max(0, before.length - 1 - MOST_CAUSES);
    const near = before.slice(1 + hidden);
    // What a cause says of how it is known is said of what it caused.
    const hows = before.map(({ how }) => HOW[how]);
    const first: Line[] = before.slice(0, 1).map(({ row }) => ({ row, depth: 0, how: this.#origin(row) }));
    const others = near.map(({ row }, index): Line => ({ row, depth: 0, how: hows[hidden + index] ?? '' }));
    const opened: Line = { row, depth: 0, how: hows.at(-1) ?? this.#origin(row), isOpened: true };
    const effects = after
      .slice(0, MOST_EFFECTS)
      .map(({ row, depth, how }): Line => ({ row, depth, how: HOW[how] }));
    this.#section.replaceChildren(
      element(
        'h4',
        {},
        `Causes and effects: ${countText(before.length)} before it, ${countText(Math.min(after.length, MOST_EFFECTS))}${after.length > MOST_EFFECTS ? ' and more' : ''} after it`,
      ),
      this.#table(first, hidden, [...others, opened, ...effects]),
    );
  }

  /** The same as long as nothing is new. */
  #causes(): Causes<Row> {
    const rows = this.#options.rows();
    const { next } = this.#options.moments;
    if (this.#known?.rows !== rows || this.#known.next !== next)
      this.#known = { rows, next, causes: this.#options.causes(rows) };
    return this.#known.causes;
  }

  /** Why there is nothing before it. */
  #origin({ source, event }: Row): string {
    if (source === undefined) return event.type === 'xstate.init' ? 'its program started it' : 'from outside';
    return 'what came before it is not told';
  }

  #table(first: readonly Line[], hidden: number, rest: readonly Line[]): HTMLElement {
    const all = [...first, ...rest];
    // The first of all may have been long before the others.
    const drawn = hidden > 0 ? rest : all;
    const begin = Math.min(...drawn.map(({ row }) => row.time));
    const whole = { begin, ms: Math.max(...all.map(({ row }) => this.#endOf(row) ?? row.time)) - begin };
    const head = ['event', 'at', 'taken in'].map((text) => element('th', { scope: 'col' }, text));
    const linesOf = (lines: readonly Line[]) => lines.flatMap((line) => this.#line(line, whole));
    const gap =
      hidden > 0
        ? [element('tr', {}, element('td', { colspan: 3 }, `${countText(hidden)} more between them`))]
        : [];
    return element(
      'table',
      { class: 'waterfall' },
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...linesOf(first), ...gap, ...linesOf(rest)),
    );
  }

  #line({ row, depth, how, isOpened = false }: Line, whole: { begin: number; ms: number }): HTMLElement[] {
    const { number, time, source, target, event } = row;
    const { nameOf } = this.#options;
    const way =
      source === undefined || source === target ? nameOf(target) : `${nameOf(source)} → ${nameOf(target)}`;
    const text = eventText(event.type);
    const name = isOpened
      ? element('b', {}, text)
      : element('button', { type: 'button', class: 'link', 'data-event': number }, text);
    const title = element(
      'th',
      { scope: 'row' },
      name,
      ` ${way}`,
      element('span', { class: 'how' }, how && `, ${how}`),
    );
    title.style.setProperty('--depth', String(Math.min(depth, 8)));
    const end = this.#endOf(row);
    return [
      element(
        'tr',
        { 'aria-current': isOpened ? 'true' : undefined },
        title,
        element('td', {}, `${time < whole.begin ? '−' : '+'}${msText(Math.abs(time - whole.begin))}`),
        element('td', {}, end === undefined ? '–' : msText(end - time)),
      ),
      element(
        'tr',
        { 'aria-hidden': 'true' },
        element('td', { colspan: 3 }, barBetween(whole, time < whole.begin ? undefined : time, end ?? time)),
      ),
    ];
  }

  /** When its actor had taken it. */
  #endOf({ step }: Row): number | undefined {
    return step === undefined ? undefined : this.#options.moments.timeOf(step);
  }
}
