/** A bar for each agency's upload. */

import { countText } from '../../view/naming.ts';
import type { Picture } from '../../view/picture.ts';
import { type AgencyProgress, progressOf } from '../../view/progress.ts';
import { byId, element, isNew, keepChildren, setAttribute, setText } from '../dom.ts';

export class ProgressView {
  readonly #list = byId('progress');
  readonly #choose: (id: string) => void;

  constructor(choose: (id: string) => void) {
    this.#choose = choose;
    this.#list.addEventListener('click', ({ target }) => {
      const actor = (target as Element).closest<HTMLElement>('[data-of]')?.dataset.of;
      if (actor) this.#choose(actor);
    });
  }

  /** @param latest what is known by now: a file's length is learnt at its end, and gives its bar the scale */
  show(picture: Picture, latest: Picture): void {
    const progress = progressOf(picture);
    const { agencies } = progress;
    const known = latest === picture ? progress : progressOf(latest);
    const lengths = new Map(known.agencies.map(({ agency, total }) => [agency, total]));
    const longest = Math.max(1, ...agencies.map(({ stored, total }) => total ?? stored));
    byId('progress-title').hidden = agencies.length === 0;
    byId('adapters-label').hidden = false;
    keepChildren(this.#list, agencies.slice(0, MOST_BARS), makeBar, (bar, agency) =>
      updateBar(bar, agency, lengths.get(agency.agency) ?? longest),
    );
  }

  hide(): void {
    byId('progress-title').hidden = true;
    byId('adapters-label').hidden = true;
    this.#list.replaceChildren();
  }
}

/** Bars that a browser shows without being slow; all agencies are counted nevertheless. */
const MOST_BARS = 1_000;

const makeBar = (): HTMLElement =>
  element(
    'li',
    {},
    element('span', { class: 'who' }),
    element('span', { class: 'meter' }, element('span', { class: 'fill' })),
    element('span', { class: 'bets' }),
    element('span', { class: 'flags' }),
  );

/** @param scale bets of its file as far as anybody knows */
function updateBar(bar: HTMLElement, progress: AgencyProgress, scale: number): void {
  const { agency, actor, state, stored, total, hasFinished, hasWinners } = progress;
  if (!isNew(bar, [...Object.values(progress), scale])) return;
  const [who, meter, bets, flags] = bar.children as unknown as [Element, Element, Element, Element];
  const share = Math.min(1, stored / Math.max(1, total ?? scale));
  setAttribute(bar, 'data-of', actor);
  setAttribute(bar, 'data-agency', String(agency));
  setAttribute(bar, 'class', total === undefined && !hasFinished ? 'open' : 'known');
  const words = hasWinners ? 'has its winners' : hasFinished ? 'has finished' : state;
  setAttribute(
    bar,
    'title',
    `agency ${agency}: ${stored} bets stored${total === undefined ? '' : ` of ${total}`}, ${words}`,
  );
  setText(who, String(agency));
  (meter.firstElementChild as HTMLElement).style.setProperty('--share', share.toFixed(4));
  setText(bets, stored > 0 ? countText(stored) : '');
  setText(flags, hasWinners ? '✓ winners' : hasFinished ? '● finished' : state);
}
