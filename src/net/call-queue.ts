/**
 * A queue for calls that cost much: TLS handshakes. All agencies of a fleet shake hands on one processor, and so does the
 * server. If all handshakes were under way at once, each would take longer than its deadline, and would be begun again.
 */
import { CALLS } from '../limits.ts';

export type Call = {
  /** Told that it is not its turn yet. */
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

  /** The call has succeeded or failed, or nobody wants it any more. */
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
