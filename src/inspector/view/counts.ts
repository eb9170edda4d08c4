/** How often an actor took its transitions, as its chart says it. */
import { branchesIn } from './branches.ts';
import { countText } from './naming.ts';
import type { ActorPicture } from './picture.ts';

/** `×3`; '' where it is never. */
export function timesText(atLeast: number, atMost = atLeast): string {
  if (atMost === 0) return '';
  return atLeast === atMost ? `×${countText(atMost)}` : `×${countText(atLeast)}–${countText(atMost)}`;
}

export class Counts {
  /** By transition: what is told of it, whether alone or as one of several branches. */
  readonly #told = new Map<string, { isSure: boolean; times: number }[]>();

  constructor({ taken }: Pick<ActorPicture, 'taken'>) {
    for (const [told, times] of Object.entries(taken)) {
      const branches = branchesIn(told);
      const count = { isSure: branches.length === 1, times };
      for (const id of branches) this.#told.set(id, [...this.#of(id), count]);
    }
  }

  /** `×3`; `×1–3` where branches to one target cannot be told apart. */
  textOf(id: string): string {
    const told = this.#of(id);
    return timesText(sum(told.filter(({ isSure }) => isSure)), sum(told));
  }

  /** How often one of these was taken, whichever it was. */
  ofAny(ids: readonly string[]): number {
    return sum([...new Set(ids.flatMap((id) => this.#of(id)))]);
  }

  #of(id: string): readonly { isSure: boolean; times: number }[] {
    return this.#told.get(id) ?? [];
  }
}

const sum = (counts: readonly { times: number }[]): number =>
  counts.reduce((all, { times }) => all + times, 0);
