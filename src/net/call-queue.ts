/**
 * Whose turn it is to call a server, where calls are dear. All agencies of a fleet shake hands on one processor, and so does
 * the server with them: were all handshakes under way at once, each would take longer than anybody waits for it, and be
 * begun again.
 */
import { CALLS } from '../limits.ts';

export type Call = {
  /** It is not its turn yet. */
  wait(): void;
  begin(): void;
};

export class CallQueue {
  readonly #most: number;
  readonly #underWay = new Set<Call>();
  readonly #waiting = new Set<Call>();

  /** @param most calls that are under way at once */
  constructor(most = CALLS) {
    this.#most = most;
  }

  ask(call: Call): void {
    if (this.#underWay.size < this.#most) {
      this.#begin(call);
    } else {
      this.#waiting.add(call);
      call.wait();
    }
  }

  /** It has come to something, or nobody wants it any more. */
  leave(call: Call): void {
    this.#waiting.delete(call);
    if (!this.#underWay.delete(call)) return;
    const [next] = this.#waiting;
    if (next) this.#begin(next);
  }

  #begin(call: Call): void {
    this.#waiting.delete(call);
    this.#underWay.add(call);
    call.begin();
  }
}
