/** Cuts of a network, each of which is mended again, however `make chaos` ends. */
import { answerOf, docker } from '../engine.ts';

export class Cuts {
  readonly #network: string;
  readonly #names = new Set<string>();

  constructor(network: string) {
    this.#network = network;
  }

  cut(name: string): void {
    docker('network', 'disconnect', this.#network, name);
    this.#names.add(name);
  }

  mend(name: string): void {
    docker(...this.#connecting(name));
    this.#names.delete(name);
  }

  /** As far as the engine does it. */
  mendAll(): void {
    for (const name of this.#names) answerOf(...this.#connecting(name));
  }

  #connecting(name: string): string[] {
    return ['network', 'connect', '--alias', name, this.#network, name];
  }
}
