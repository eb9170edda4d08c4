/** Below everything: the moment that is shown, on a slider, and what moves it. */

import type { Moments } from '../view/moments.ts';
import { countText } from '../view/naming.ts';
import type { Row } from '../view/rows.ts';
import { Density } from './density.ts';
import { byId, setAttribute, setText } from './dom.ts';
import type { Player } from './player.ts';

export type BarState = {
  at: number;
  isLive: boolean;
  isReplay: boolean;
  current: { seconds: string; index: number; count: number };
  /** Rows that the filter shows; undefined where it shows all. */
  filtered: readonly Row[] | undefined;
};

export class MomentBar {
  readonly #moments: Moments;
  readonly #player: Player;
  readonly #slider = byId<HTMLInputElement>('slider');
  readonly #buttons = ['step-back', 'play', 'step-on', 'live'].map((id) => byId<HTMLButtonElement>(id));
  readonly #density = new Density();

  /** @param step goes so many of the events that are shown on, or back */
  constructor(moments: Moments, player: Player, step: (rows: number) => void, goLive: () => void) {
    this.#moments = moments;
    this.#player = player;
    byId('play').addEventListener('click', () => player.toggle());
    byId('live').addEventListener('click', goLive);
    byId('step-back').addEventListener('click', () => step(-1));
    byId('step-on').addEventListener('click', () => step(1));
    this.#slider.addEventListener('input', () => player.goTo(Number(this.#slider.value)));
    for (const id of ['speed', 'skips-idle']) byId(id).addEventListener('change', () => this.#setPace());
    this.#setPace();
  }

  show({ at, isLive, isReplay, current, filtered }: BarState): void {
    const { first, next } = this.#moments;
    const { seconds, index, count } = current;
    const text =
      next === first ? 'no events yet' : `${seconds} s · event ${countText(index)} of ${countText(count)}`;
    setAttribute(this.#slider, 'min', String(first));
    setAttribute(this.#slider, 'max', String(next));
    this.#slider.value = String(at);
    setAttribute(this.#slider, 'aria-valuetext', text);
    setText(byId('moment'), text);
    setText(byId('play'), isLive || this.#player.isPlaying ? 'Pause' : 'Play');
    const isLost = document.body.dataset.hub === 'lost';
    setText(byId('live'), isReplay || isLost ? 'End' : 'Live');
    setAttribute(byId('live'), 'aria-pressed', String(isLive && !isLost));
    setAttribute(document.body, 'data-live', String(isLive));
    // Until a run has begun there is no moment to go to: whoever goes to its end then would be led back to its beginning.
    for (const button of this.#buttons) button.disabled = this.#moments.epoch === 0;
    this.#density.show(this.#moments, filtered);
  }

  #setPace(): void {
    const speed = Number(byId<HTMLSelectElement>('speed').value);
    this.#player.setPace({ speed, skipsIdle: byId<HTMLInputElement>('skips-idle').checked });
  }
}
