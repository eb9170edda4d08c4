/** The way of the batch that an opened event is of: where it was when, beside how long that took in this run. */

import type { Moments } from '../../view/moments.ts';
import { msText } from '../../view/naming.ts';
import type { Row } from '../../view/rows.ts';
import {
  durationOf,
  type Figures,
  figuresOf,
  STEPS,
  type Step,
  type Trace,
  traceName,
  wholeOf,
} from '../../view/trace.ts';
import { Traces } from '../../view/traces.ts';
import { byId, element } from '../dom.ts';
import { barBetween } from '../events/waterfall.ts';

/** Events that are taken in with a frame: a millisecond's work. */
const AHEAD = 2_000;

export class TraceView {
  readonly #moments: Moments;
  readonly #section = byId('trace');
  #traces = new Traces();
  #epoch = -1;
  #read = 0;
  /** What is shown, and of how many batches the run consisted then. */
  #shown: { row: Row; batches: number } | undefined;
  /** By step, and of the whole at the end: of so many batches. */
  #figures: { batches: number; of: readonly (Figures | undefined)[] } | undefined;

  constructor(moments: Moments) {
    this.#moments = moments;
  }

  /** Takes in some of what is new: whoever opens an event later waits for the rest only. */
  prepare(): void {
    this.#update(AHEAD);
  }

  show(row: Row | undefined): void {
    if (row) this.#update();
    const batches = this.#traces.all.length;
    if (row === this.#shown?.row && (!row || batches === this.#shown?.batches)) return;
    this.#shown = row && { row, batches };
    const [trace, ...others] = row ? this.#traces.touching(row.time) : [];
    this.#section.hidden = trace === undefined;
    if (trace) this.#section.replaceChildren(titleOf(trace, others.length), this.#table(trace));
  }

  /** All that are known by now. */
  get all(): readonly Trace[] {
    this.#update();
    return this.#traces.all;
  }

  #update(most = Number.POSITIVE_INFINITY): void {
    const { epoch, first, next } = this.#moments;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#traces = new Traces();
      this.#figures = undefined;
      this.#traces.begin(this.#moments.before(first).actors.values());
      this.#read = first;
    }
    this.#read = Math.max(this.#read, first);
    const end = Math.min(next, this.#read + most);
    for (; this.#read < end; this.#read += 1) {
      const event = this.#moments.event(this.#read);
      if (event) this.#traces.add(event);
    }
  }

  /** Found once for so many batches: of a long run they are thousands to be sorted. */
  #figuresNow(): readonly (Figures | undefined)[] {
    const { all } = this.#traces;
    if (this.#figures?.batches !== all.length) {
      const of = STEPS.map((step) => figuresOf(all.map((one) => durationOf(one, step))));
      this.#figures = { batches: all.length, of: [...of, figuresOf(all.map((one) => wholeOf(one).ms))] };
    }
    return this.#figures.of;
  }

  #table(trace: Trace): HTMLElement {
    const figures = this.#figuresNow();
    const head = ['step', 'this one', 'p50', 'p99'].map((text) => element('th', { scope: 'col' }, text));
    const rowOf = (index: number, name: string, about: string, ms: number | undefined) => {
      const times = [ms, figures[index]?.p50, figures[index]?.p99].map((time) =>
        time === undefined ? '–' : msText(time),
      );
      const cells = times.map((text) => element('td', {}, text));
      return element('tr', {}, element('th', { scope: 'row', title: about }, name), ...cells);
    };
    const body = STEPS.flatMap((step, index) => [
      rowOf(index, step.name, step.about, durationOf(trace, step)),
      element('tr', { 'aria-hidden': 'true' }, element('td', { colspan: head.length }, barOf(trace, step))),
    ]);
    const whole = wholeOf(trace).ms;
    body.push(rowOf(STEPS.length, 'in all', 'from the first to the last that is known', whole));
    return element(
      'table',
      { class: 'waterfall' },
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...body),
    );
  }
}

const titleOf = (trace: Trace, others: number): HTMLElement => {
  const more = others === 0 ? '' : `, and ${others} more with it`;
  return element('h4', {}, `Trace of ${traceName(trace)}${more}`);
};

function barOf(trace: Trace, { from, to }: Step): HTMLElement {
  return barBetween(wholeOf(trace), trace.marks[from], trace.marks[to]);
}
