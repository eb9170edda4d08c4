/** All that is known of one state: what it is for, how long the actor was in it, and what can happen in it. */
import { Counts } from '../../view/counts.ts';
import { countText, msText } from '../../view/naming.ts';
import type { ActorPicture } from '../../view/picture.ts';
import { stateTime, type Told } from '../../view/state-time.ts';
import { byId, element, setText } from '../dom.ts';
import type { Chart, ChartTransition } from './library.ts';

export type StateCardOptions = {
  /** Shows the events that caused a transition. */
  filter: (transition: string) => void;
  /** Shows a composite state as one box, or with what is inside of it again. */
  fold: (state: string) => void;
  closed: () => void;
};

export class StateCard {
  readonly #card = byId('state-card');
  readonly #next = byId('state-next');
  readonly #closed: () => void;
  #state: string | undefined;

  constructor({ filter, fold, closed }: StateCardOptions) {
    this.#closed = closed;
    byId('state-fold').addEventListener('click', () => {
      if (this.#state !== undefined) fold(this.#state);
    });
    byId('state-close').addEventListener('click', () => this.close());
    this.#card.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.close();
    });
    this.#next.addEventListener('click', ({ target }) => {
      const id = (target as Element).closest<HTMLElement>('[data-took]')?.dataset.took;
      if (id !== undefined) filter(id);
    });
  }

  get isOpen(): boolean {
    return !this.#card.hidden;
  }

  /** The state that it tells of. */
  get state(): string | undefined {
    return this.#state;
  }

  open(state: string, chart: Chart): void {
    const known = chart.states.get(state);
    if (!known) return;
    this.#state = state;
    this.#card.hidden = false;
    setText(byId('state-title'), known.title);
    byId('state-fold').hidden = !known.isComposite && !known.isFolded;
    setText(byId('state-fold'), known.isFolded ? 'Unfold it' : 'Fold it into one box');
    setText(byId('state-description'), known.description || 'It has no description.');
    setText(byId('state-source'), known.source ?? '');
    setText(byId('state-actors'), known.actors.length > 0 ? `Runs ${known.actors.join(', ')}` : '');
    const own = [...chart.transitions.values()].filter(({ source }) => source === state);
    const outer = [...chart.transitions.values()].filter(({ source }) => state.startsWith(`${source}.`));
    this.#next.replaceChildren(
      ...listOf('What can happen here', own, chart),
      ...listOf('And in every state around it', outer, chart),
    );
    byId('state-close').focus();
  }

  close(): void {
    this.hide();
    this.#closed();
  }

  /** Another chart is shown. */
  hide(): void {
    this.#card.hidden = true;
    this.#state = undefined;
  }

  /** @param until the moment that is shown, in milliseconds since 1970 */
  show(actor: ActorPicture, told: Iterable<Told>, until: number): void {
    if (this.#state === undefined || actor.machine === undefined) return;
    const { entered, ms, since } = stateTime(told, actor.machine, this.#state, until);
    const times = entered === 1 ? 'once' : `${countText(entered)} times`;
    const now = since === undefined ? '' : `, now for ${msText(until - since)}`;
    const text = entered === 0 ? 'Not entered up to here' : `Entered ${times}, ${msText(ms)} in all${now}`;
    setText(byId('state-time'), text);
    const counts = new Counts(actor);
    for (const button of this.#next.querySelectorAll<HTMLElement>('[data-took]')) {
      const count = counts.textOf(button.dataset.took ?? '');
      setText(button.lastElementChild as Element, count && ` ${count}`);
    }
  }
}

function listOf(title: string, transitions: readonly ChartTransition[], { states }: Chart): HTMLElement[] {
  if (transitions.length === 0) return [];
  const items = transitions.map(({ id, text, targets }) => {
    const words = text.replace(/ ×[\d,–]+$/, '');
    const to =
      targets.length > 0
        ? ` → ${targets.map((target) => states.get(target)?.title ?? target).join(', ')}`
        : '';
    const name = `Show the events: ${words}${to}`;
    const attributes = { type: 'button', class: 'link', 'data-took': id, title: name };
    return element(
      'li',
      {},
      element('button', attributes, `${words}${to}`, element('span', { class: 'counter' })),
    );
  });
  return [element('h4', {}, title), element('ul', {}, ...items)];
}
