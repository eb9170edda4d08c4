/** What the page loads besides itself: it shows the run without that, however long it takes, and says what is missing. */
import { SIMPLE_MS } from '../limits.ts';
import { byId, setText } from './dom.ts';

export class Parts {
  /** By part: why it is not there. */
  readonly #missing = new Map<string, string>();

  /**
   * @param part what it is, in words
   * @returns undefined if it cannot be loaded; of what never comes, nothing
   */
  async load<T>(part: string, load: () => Promise<T>): Promise<T | undefined> {
    const late = setTimeout(() => this.#tell(part, 'still on its way'), SIMPLE_MS);
    try {
      const loaded = await load();
      this.#tell(part, undefined);
      return loaded;
    } catch (error) {
      this.#tell(part, `which cannot be loaded (${reasonOf(error)}): reload the page to try again`);
      return undefined;
    } finally {
      clearTimeout(late);
    }
  }

  #tell(part: string, why: string | undefined): void {
    if (why === undefined) this.#missing.delete(part);
    else this.#missing.set(part, why);
    const missing = [...this.#missing].map(([what, reason]) => `${what}, ${reason}`);
    setText(byId('missing'), missing.length === 0 ? '' : `Missing: ${missing.join('. Also ')}`);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
