/** Keeps the page's address a link to what is looked at, and opens what a link says. */
import { type Linked, readLink, writeLink } from './link.ts';

export type LinkKeeperOptions = {
  state: () => Linked;
  open: (linked: Linked) => void;
};

/** Milliseconds for which what is looked at must stay before it is the address: browsers refuse too many changes, and each
 * takes them a while. */
const PAUSE_MS = 400;

export class LinkKeeper {
  readonly #options: LinkKeeperOptions;
  #written = location.hash;
  #shown = location.hash;
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
    const link = writeLink(this.#options.state());
    if (link === this.#shown) return;
    this.#shown = link;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // The browser tells of a link that is followed a while later: until then the address is that link.
      if (link === this.#written || location.hash !== this.#written) return;
      this.#written = link;
      history.replaceState(null, '', link === '' ? location.pathname : link);
    }, PAUSE_MS);
  }

  #open(): void {
    clearTimeout(this.#timer);
    this.#written = location.hash;
    this.#shown = location.hash;
    this.#options.open(readLink(location.hash));
  }
}
