/** How a draw ends: its winners are drawn once, each agency is told its own, and then it is over. */

import type { Winners } from '../../machines/vocabulary/draw.ts';
import type { RequestOf, StoreOutcome } from '../../machines/vocabulary/store.ts';
import type { Changes, Commit } from './commit.ts';
import { refused } from './refused.ts';
import { sameWinners } from './winners.ts';

type Turn = RequestOf<'draw' | 'told' | 'close'>;

const outOfOrder = (text: string): StoreOutcome => refused('OUT_OF_ORDER', text);
const RECORDED: StoreOutcome = { kind: 'recorded' };

export class Ending {
  readonly #told = new Set<number>();
  winners: Winners | undefined;
  /** The hash of the journal's line that records the draw: known once it is written. */
  head: string | undefined;
  closed = false;

  /** Agencies that have been told, ascending. */
  get told(): number[] {
    return [...this.#told].sort((a, b) => a - b);
  }

  decide(request: Turn, changes: Changes): StoreOutcome {
    switch (request.kind) {
      case 'draw':
        return this.#draw(request.winners, changes);
      case 'told':
        return this.#tell(request.agency, changes);
      case 'close':
        return this.#close(changes);
    }
  }

  #draw(winners: Winners, changes: Changes): StoreOutcome {
    if (!this.winners) {
      this.winners = winners;
      changes.draw = Object.fromEntries(winners);
    } else if (!sameWinners(winners, this.winners)) {
      return outOfOrder('the draw has taken place, with other winners');
    }
    return { kind: 'drawn', head: this.head ?? '' };
  }

  #tell(agency: number, changes: Changes): StoreOutcome {
    if (!this.winners) return outOfOrder(`agency ${agency} told before the draw`);
    if (!this.#told.has(agency)) {
      this.#told.add(agency);
      changes.told.push(agency);
    }
    return RECORDED;
  }

  #close(changes: Changes): StoreOutcome {
    if (!this.winners) return outOfOrder('the draw cannot be closed before it took place');
    if (!this.closed) {
      this.closed = true;
      changes.closed = true;
    }
    return RECORDED;
  }

  /** Takes over a commit of the journal, which is the line of this hash. */
  apply({ draw, told = [], closed }: Commit, hash: string): void {
    if (draw) {
      this.winners = new Map(Object.entries(draw).map(([agency, list]) => [Number(agency), list]));
      this.head = hash;
    }
    for (const agency of told) this.#told.add(agency);
    this.closed ||= closed === true;
  }
}
