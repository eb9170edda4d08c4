/** What an agency keeps of its draw on its own disk, which outlives its processes. */
import type { Receipt } from '../../machines/vocabulary/draw.ts';
import type { Stage } from './stage.ts';

export class SimulatedReceipts {
  /** The draw that it takes part in, as it has written down. */
  draw: string | undefined;
  kept: Receipt | undefined;
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async enter(_agency: number, draw: string): Promise<void> {
    await this.#takeTime();
    this.draw = draw;
  }

  async keep(receipt: Receipt): Promise<string> {
    await this.#takeTime();
    this.kept = receipt;
    this.draw = undefined;
    return 'receipt';
  }

  #takeTime(): Promise<void> {
    const { time, random } = this.#stage;
    return time.sleep(random.between(0, 5));
  }
}
