/** The way of the batch that an opened event is of: where it was when, beside how long that took in this run. */
import { msText } from '../../view/naming.ts';
import {
  durationOf,
  figuresOf,
  STEPS,
  type Step,
  type Trace,
  Traces,
  traceName,
  wholeOf,
} from '../../view/trace.ts';
import { byId, element } from '../dom.ts';
import type { Row } from '../events/rows.ts';
import { barBetween } from '../events/waterfall.ts';
import type { Moments } from '../moments.ts';

export class TraceView {
  readonly #moments: Moments;
  readonly #section = byId('trace');
  #traces = new Traces();
  #epoch = -1;
  #read = 0;
  /** What is shown, and of how many batches the run consisted then. */
  #shown: { row: Row; batches: number } | undefined;

  constructor(moments: Moments) {
    this.#moments = moments;
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

  /** Takes in what is new, if somebody wants to see it. */
  #update(): void {
    const { epoch, first, next } = this.#moments;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#traces = new Traces();
      this.#traces.begin(this.#moments.before(first).actors.values());
      this.#read = first;
    }
    for (this.#read = Math.max(this.#read, first); this.#read < next; this.#read += 1) {
      const event = this.#moments.event(this.#read);
      if (event) this.#traces.add(event);
    }
  }

  #table(trace: Trace): HTMLElement {
    const { all } = this.#traces;
    const head = ['step', 'this one', 'p50', 'p99'].map((text) => element('th', { scope: 'col' }, text));
    const rowOf = (name: string, about: string, of: (trace: Trace) => number | undefined) => {
      const figures = figuresOf(all.map(of));
      const times = [of(trace), figures?.p50, figures?.p99].map((ms) =>
        ms === undefined ? '–' : msText(ms),
      );
      const cells = times.map((text) => element('td', {}, text));
      return element('tr', {}, element('th', { scope: 'row', title: about }, name), ...cells);
    };
    const body = STEPS.flatMap((step) => [
      rowOf(step.name, step.about, (one) => durationOf(one, step)),
      element('tr', { 'aria-hidden': 'true' }, element('td', { colspan: head.length }, barOf(trace, step))),
    ]);
    body.push(rowOf('in all', 'from the first to the last that is known', (one) => wholeOf(one).ms));
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
