/** Keeps the page's address a link to what is looked at, and opens what a link says. */
import { type Linked, readLink, writeLink } from './link.ts';

export type LinkKeeperOptions = {
  state: () => Linked;
  open: (linked: Linked) => void;
};

/** Milliseconds between two changes of the address: browsers refuse too many. */
const PAUSE_MS = 400;

export class LinkKeeper {
  readonly #options: LinkKeeperOptions;
  #written = location.hash;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The link that the page was opened by has been followed. */
  #isFollowed = false;

  constructor(options: LinkKeeperOptions) {
    this.#options = options;
    addEventListener('hashchange', () => {
      if (location.hash !== this.#written) this.#open();
    });
  }

  /** The run is there, or begins to be. */
  follow(): void {
    if (!this.#isFollowed) this.#open();
    this.#isFollowed = true;
  }

  /** Something may be looked at otherwise. */
  show(): void {
    if (!this.#isFollowed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const link = writeLink(this.#options.state());
      if (link === this.#written) return;
      this.#written = link;
      history.replaceState(null, '', link === '' ? location.pathname : link);
    }, PAUSE_MS);
  }

  #open(): void {
    this.#written = location.hash;
    this.#options.open(readLink(location.hash));
  }
}
