/** The channel to the demo that has started this inspector: what is wanted goes there, and comes back answered. */
import type { LabAnswer } from '../../../machines/vocabulary/lab.ts';
import { LAB_ANSWER_MS } from '../limits.ts';
import type { LabWish } from './lab-wish.ts';

/** What crosses it: first the address by which the lab is entered. */
export type FromLab = { entrance: string } | { id: number; wish: LabWish };

export class LabChannel {
  readonly #waiting = new Map<number, (answer: LabAnswer) => void>();
  #asked = 0;

  constructor() {
    process.on('message', (answer: LabAnswer) => this.#waiting.get(answer.id)?.(answer));
    // Its end is told by standard input.
    process.channel?.unref();
  }

  send(message: FromLab): void {
    // A demo that has ended hears nothing: its page stays to be looked at.
    process.send?.(message, undefined, {}, () => {});
  }

  /** Undefined if nobody answers. */
  async ask(wish: LabWish): Promise<LabAnswer | undefined> {
    this.#asked += 1;
    const id = this.#asked;
    const { promise, resolve } = Promise.withResolvers<LabAnswer | undefined>();
    this.#waiting.set(id, resolve);
    const late = setTimeout(() => resolve(undefined), LAB_ANSWER_MS);
    this.send({ id, wish });
    const answer = await promise;
    clearTimeout(late);
    this.#waiting.delete(id);
    return answer;
  }
}
