import { INVALID_ROWS_TOLD } from '../limits.ts';

/** Which of a file's invalid rows are told, each once, however often the file is read. */
export class InvalidRows {
  #told = 0;
  #lastLine = 0;

  /** Rows come in the order of the file, from its beginning in each reading. */
  isWorthTelling(line: number): boolean {
    if (line <= this.#lastLine || this.#told === INVALID_ROWS_TOLD) return false;
    this.#told++;
    this.#lastLine = line;
    return true;
  }
}
