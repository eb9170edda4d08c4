/** What the page says of where its run comes from: shown with the frame that shows the run, so that it never says more. */
import { byId, setAttribute, setText } from './dom.ts';

export type Connection = {
  text: string;
  state: 'live' | 'lost' | 'replay';
  /** Not all is there yet. */
  isLoading: boolean;
};

export class ConnectionLine {
  readonly #changed: () => void;
  #told: Connection | undefined;
  /** What is said instead while a file is read. */
  #reading: string | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  tell(told: Connection): void {
    this.#told = told;
    this.#changed();
  }

  /** @param text undefined when it is over */
  read(text: string | undefined): void {
    this.#reading = text;
    this.#changed();
  }

  show(): void {
    const { text, state, isLoading } = this.#told ?? { text: '', state: undefined, isLoading: false };
    setText(byId('connection'), this.#reading ?? text);
    setAttribute(byId('connection'), 'data-state', state);
    setAttribute(document.body, 'aria-busy', isLoading || this.#reading !== undefined ? 'true' : undefined);
  }
}
