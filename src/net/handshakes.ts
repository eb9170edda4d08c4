/**
 * Whose turn it is to shake hands. A handshake is the dearest work that a stranger can ask for, a millisecond or two of the
 * processor, so a server begins one in a turn of the event loop, and strangers pay for it (see turns.ts). Addresses are
 * served in turn: whoever sends thousands waits for them, and nobody else does.
 */
import { HANDSHAKES, HANDSHAKES_OF_ADDRESS } from '../limits.ts';
import { now } from '../runtime/time.ts';
import { turns as loopTurns, type Task, type Turns } from './turns.ts';

export type Handshake = {
  readonly address: string;
  begin(): void;
};

/** The second part of a handshake, once the peer has answered, takes as long as the first. */
const PARTS = 2;

export class Handshakes implements Task {
  turn = 0;
  served = 0;
  readonly #turns: Turns;
  readonly #atWork = new Set<Handshake>();
  /** By address, in the order of their turns. */
  readonly #waiting = new Map<string, Set<Handshake>>();
  #next: 'none' | 'asked' = 'none';

  constructor(turns: Turns = loopTurns) {
    this.#turns = turns;
  }

  /** `begin` is called when it is its turn. */
  ask(handshake: Handshake): void {
    const neighbours = this.#waiting.get(handshake.address);
    if (neighbours) neighbours.add(handshake);
    else this.#waiting.set(handshake.address, new Set([handshake]));
    this.#comeBack();
  }

  /** The handshake is over, or nobody wants it any more. */
  leave(handshake: Handshake): void {
    this.#atWork.delete(handshake);
    this.#forget(handshake);
    this.#comeBack();
  }

  /** Begins only one: what it costs is known only after this turn. */
  work(): boolean {
    this.#next = 'none';
    const handshake = this.#first();
    if (!handshake) return false;
    this.#forget(handshake);
    this.#atWork.add(handshake);
    const from = now();
    handshake.begin();
    // Node handles what the peer has sent in its next tick.
    process.nextTick(() => {
      this.#turns.charge((now() - from) * PARTS);
      this.#comeBack();
    });
    return false;
  }

  #comeBack(): void {
    if (this.#next === 'asked' || !this.#first()) return;
    this.#next = 'asked';
    this.#turns.welcome(this);
  }

  /** The next one, by addresses in turn: one that has as many at work as it may is passed over. */
  #first(): Handshake | undefined {
    if (this.#atWork.size >= HANDSHAKES) return undefined;
    for (const [address, [first]] of this.#waiting) {
      if (this.#atWorkOf(address) < HANDSHAKES_OF_ADDRESS) return first;
    }
    return undefined;
  }

  #atWorkOf(address: string): number {
    let count = 0;
    for (const handshake of this.#atWork) if (handshake.address === address) count += 1;
    return count;
  }

  /** Its address goes to the end of the queue. */
  #forget(handshake: Handshake): void {
    const { address } = handshake;
    const neighbours = this.#waiting.get(address);
    if (!neighbours?.delete(handshake)) return;
    this.#waiting.delete(address);
    if (neighbours.size > 0) this.#waiting.set(address, neighbours);
  }
}
