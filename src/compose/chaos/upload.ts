/**
 * The agencies' upload, held back wherever it would run ahead: on a slow machine all of it could be over before anything
 * has happened to the servers, or before what was killed is back to take part in the draw.
 */
import { CHAOS_STEP_MS } from '../../limits.ts';
import { counted } from '../../numbers.ts';
import { answerOf } from '../engine.ts';
import { uploaded } from './ask.ts';
import { watch } from './watch.ts';

export class Upload {
  /** Containers of agencies. */
  readonly #clients: readonly string[];

  constructor(clients: readonly string[]) {
    this.#clients = clients;
  }

  /** Holds it, but where `run` lets it on; in the end it goes on, also if that is given up. */
  async heldFor<T>(run: () => Promise<T>): Promise<T> {
    this.hold();
    try {
      return await run();
    } finally {
      this.letOn();
    }
  }

  /** With an engine that cannot pause containers it goes on. */
  hold(): void {
    answerOf('pause', ...this.#clients);
  }

  letOn(): void {
    answerOf('unpause', ...this.#clients);
  }

  /**
   * Lets it go on, from one look to the next, up to so many bets; then it is held.
   *
   * @returns how many there are @throws {UserError} `STALLED`
   */
  reach(bets: number, signal: AbortSignal): Promise<number> {
    const look = () => {
      this.hold();
      const reached = uploaded(this.#clients);
      if (reached >= bets) return { found: reached };
      this.letOn();
      return { soFar: `the upload has stood at ${counted(reached, 'bet')}` };
    };
    return watch(look, CHAOS_STEP_MS, signal);
  }
}
