/** Runs of files that are opened here: each takes the place of what is shown, and the last one stays. */
import { countText } from '../../view/naming.ts';
import { type ReadRun, readRun } from './run-file.ts';

export type OpenedRunsOptions = {
  /** How far the file is that one waits for; undefined if there is none. */
  reading: (text: string | undefined) => void;
  /** Shows another run, a piece at a time, until all of it is there. */
  show: (run: ReadRun) => Promise<void>;
  /** All of it is there. */
  shown: (name: string) => void;
  notice: (text: string) => void;
};

export class OpenedRuns {
  readonly #options: OpenedRunsOptions;
  /** How many were opened, and which of them is shown. */
  #opened = 0;
  #shown = 0;
  /** By number of a file: how far it is read. */
  readonly #readings = new Map<number, string>();

  constructor(options: OpenedRunsOptions) {
    this.#options = options;
  }

  /** What is shown is of a file. */
  get isShown(): boolean {
    return this.#shown > 0;
  }

  open(file: Blob | Promise<Blob>, name: string): void {
    this.#opened += 1;
    const number = this.#opened;
    this.#tell(number, `loading ${name} …`);
    this.#read(number, file, name)
      .catch((error) =>
        this.#options.notice(`${name} cannot be read: ${error instanceof Error ? error.message : error}`),
      )
      .finally(() => this.#tell(number, undefined));
  }

  async #read(number: number, file: Blob | Promise<Blob>, name: string): Promise<void> {
    const { show, shown, notice } = this.#options;
    const run = await readRun(await file, (share) =>
      this.#tell(number, `reading ${name}: ${Math.round(share * 100)} %`),
    );
    if (run.events.length === 0) {
      notice(`${name} holds no inspection event`);
      return;
    }
    // One that was opened after it is there already.
    if (number < this.#shown) return;
    this.#shown = number;
    notice('');
    const whole = show(run);
    if (run.skipped > 0) notice(`${countText(run.skipped)} of its lines are no events`);
    await whole;
    if (number === this.#shown) shown(name);
  }

  /** Of several files that are read, it is the last that one waits for. */
  #tell(number: number, text: string | undefined): void {
    if (text === undefined) this.#readings.delete(number);
    else this.#readings.set(number, text);
    this.#options.reading([...this.#readings.values()].at(-1));
  }
}
