/** That the hub does not answer: nobody must take for live what is not. */
import { countText } from '../view/naming.ts';
import { byId, setAttribute, setText } from './dom.ts';

const SECOND_MS = 1_000;

export class Outage {
  readonly #changed: () => void;
  #since: Date | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  begin(): void {
    if (this.#since) return;
    this.#since = new Date();
    this.#timer = setInterval(() => this.#tell(), SECOND_MS);
    this.#show();
  }

  end(): void {
    if (!this.#since) return;
    clearInterval(this.#timer);
    this.#since = undefined;
    this.#show();
  }

  #show(): void {
    setAttribute(document.body, 'data-hub', this.#since ? 'lost' : undefined);
    byId('outage').hidden = !this.#since;
    this.#tell();
    this.#changed();
  }

  #tell(): void {
    if (!this.#since) return;
    const seconds = Math.round((Date.now() - this.#since.getTime()) / SECOND_MS);
    setText(byId('outage-since'), this.#since.toLocaleTimeString());
    setText(byId('outage-seconds'), `${countText(seconds)} s`);
  }
}
