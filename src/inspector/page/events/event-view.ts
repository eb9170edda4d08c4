/** One event, opened: what it carried, the transitions that it caused, and what they changed. */
import { branchesIn } from '../../view/branches.ts';
import { type Difference, differencesOf } from '../../view/difference.ts';
import type { Moments } from '../../view/moments.ts';
import { countText, eventText, keysOf, msText, stateText } from '../../view/naming.ts';
import type { ActorPicture } from '../../view/picture.ts';
import type { Row } from '../../view/rows.ts';
import type { ChartLibrary, ChartTransition } from '../chart/library.ts';
import { byId, element, setText } from '../dom.ts';
import { copyButton, JsonTree, previewOf } from '../json-tree.ts';
import { effectOf } from './effect.ts';

export type EventViewOptions = {
  moments: Moments;
  charts: ChartLibrary;
  choose: (id: string) => void;
  nameOf: (id: string | undefined) => string;
  /** It is to be seen no longer. */
  closed: () => void;
};

export class EventView {
  readonly #options: EventViewOptions;
  readonly #section = byId('event');
  readonly #route = byId('event-route');
  readonly #changes = byId('event-changes');
  readonly #effect = byId('event-effect');
  readonly #payload = new JsonTree('the event', 2);
  readonly #before = new JsonTree('the context before');
  readonly #after = new JsonTree('the context after');
  #row: Row | undefined;
  #step: number | undefined;

  constructor(options: EventViewOptions) {
    this.#options = options;
    byId('event-payload').append(this.#payload.element);
    byId('event-before').append(this.#before.element);
    byId('event-after').append(this.#after.element);
    byId('event-close').addEventListener('click', () => this.close());
    byId('event-copy').replaceWith(copyButton('Copy the event and what it did as JSON', () => this.#all()));
    this.#section.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.close();
    });
    this.#route.addEventListener('click', ({ target }) => {
      const id = (target as Element).closest<HTMLElement>('[data-choose]')?.dataset.choose;
      if (id !== undefined) options.choose(id);
    });
  }

  get isOpen(): boolean {
    return !this.#section.hidden;
  }

  open(): void {
    this.#section.hidden = false;
  }

  close(): void {
    if (this.#section.hidden) return;
    this.#section.hidden = true;
    this.#row = undefined;
    this.#options.closed();
  }

  /** @param seconds when it was */
  show(row: Row | undefined, seconds: string): void {
    if (!this.isOpen || !row || (row === this.#row && row.step === this.#step)) return;
    this.#row = row;
    this.#step = row.step;
    const { moments, nameOf } = this.#options;
    const { type, ...payload } = row.event;
    const called = eventText(type);
    setText(byId('event-title'), called === type ? type : `${called} (${type})`);
    const actor = (id: string) =>
      element('button', { type: 'button', class: 'link', 'data-choose': id }, nameOf(id));
    const gap = row.gap > 0 ? `, ${msText(row.gap)} after the last one of its actor` : '';
    const source = row.source !== undefined && row.source !== row.target ? [actor(row.source), ' → '] : [];
    this.#route.replaceChildren(...source, actor(row.target), ` · ${seconds} s${gap}`);
    byId('event-payload').hidden = Object.keys(payload).length === 0;
    this.#payload.show(payload);
    const { before, after } = effectOf(moments, row);
    this.#effect.replaceChildren(...this.#transitions(row, before));
    // Of a machine without states there is none to tell.
    if (after && before && stateText(after.value) !== '')
      this.#effect.append(
        element('p', {}, 'State ', ...wordsFor(stateText(before.value), stateText(after.value))),
      );
    const found = after ? differencesOf(before?.context, after.context) : [];
    this.#changes.replaceChildren(...found.map(changeOf));
    byId('event-contexts').hidden = !after || !before?.machine;
    setText(
      byId('event-changed'),
      found.length === 0 ? 'Its context has not changed' : `Context: ${changesText(found.length)}`,
    );
    this.#before.show(before?.context);
    this.#after.show(after?.context);
  }

  #transitions({ step, took, target }: Row, actor: ActorPicture | undefined): HTMLElement[] {
    if (actor?.machine === undefined)
      return [element('p', {}, `${this.#options.nameOf(target)} is no machine`)];
    if (step === undefined) return [element('p', {}, 'It took no notice: nothing here waits for this event')];
    if (took.length === 0)
      return [
        element(
          'p',
          {},
          actor.isForeign ? 'Which transition was taken is not told' : 'No transition was taken',
        ),
      ];
    const { chart } = this.#options.charts.find(actor);
    const { machine } = actor;
    const short = (state: string) => keysOf(machine, state).join('.') || state;
    const list = element('ol', { 'aria-label': 'Transitions that were taken' });
    for (const told of took) {
      const branches = branchesIn(told).map((id) => {
        const [source = '', trigger = ''] = id.split('|');
        return chart?.transitions.get(id) ?? { text: eventText(trigger), source, targets: [] };
      });
      const [{ source, targets }] = branches as [ChartTransition, ...ChartTransition[]];
      const where = targets.length > 0 ? ` → ${targets.map(short).join(', ')}` : '';
      const what = branches.map(({ text }) => text).join(' or ');
      list.append(element('li', {}, element('b', {}, what), ` in ${short(source)}${where}`));
    }
    return [list];
  }

  #all(): unknown {
    const row = this.#row;
    if (!row) return undefined;
    const { before, after } = effectOf(this.#options.moments, row);
    const { nameOf } = this.#options;
    return {
      event: row.event,
      from: row.source === undefined ? undefined : nameOf(row.source),
      to: nameOf(row.target),
      at: new Date(row.time).toISOString(),
      transitions: row.took,
      before: before && { state: before.value, context: before.context },
      after: after && { state: after.value, context: after.context },
    };
  }
}

const changesText = (count: number): string => `${countText(count)} ${count === 1 ? 'change' : 'changes'}`;

const wordsFor = (before: string, after: string): (Node | string)[] =>
  before === after ? [element('b', {}, after), ', as before'] : [`${before} → `, element('b', {}, after)];

const SIGNS = { added: '+', removed: '−', changed: '±' } as const;

function changeOf({ path, kind, before, after }: Difference): HTMLElement {
  const parts: HTMLElement[] = [];
  if (kind !== 'added') parts.push(element('del', {}, previewOf(before)));
  if (kind !== 'removed') parts.push(element('ins', {}, previewOf(after)));
  const sign = element('span', { class: 'sign', role: 'img', 'aria-label': kind }, SIGNS[kind]);
  return element('li', { class: kind }, sign, element('span', { class: 'key' }, path), ...parts);
}
