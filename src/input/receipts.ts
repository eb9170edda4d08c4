/**
 * What an agency keeps of a draw, in a folder of its own: while it takes part, the draw's name, so that a process that
 * is started again comes back to it; afterwards the receipt, by which anybody can check the server's folder later.
 *
 *     agency-2.draw               1
 *     agency-2-draw-1.json        {"format":"quiniela-receipt","version":1,"draw":"1","agency":2,…}
 *
 * Each is whole or not there, whatever is killed when: written beside, synced, renamed.
 */
import { constants } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Receipt } from '../../machines/vocabulary/draw.ts';
import { codeOf, reasonOf, UserError } from '../errors.ts';
import { A_DRAW_NAME, isDrawName } from '../lottery/draw.ts';
import { makeFolder } from '../make-folder.ts';
import { quoteText } from '../printable.ts';
import { parseReceipt, receiptText } from '../store/receipt.ts';
import { openRegular, readRegular } from './regular-file.ts';

const { O_CREAT, O_TRUNC, O_WRONLY, O_DSYNC } = constants;

/** Bytes of a draw's name, and of a receipt: what is longer is none. */
const NAME_BYTES = 65;

export class Receipts {
  readonly #folder: string;
  readonly #now: () => number;

  constructor(folder: string, now: () => number = Date.now) {
    this.#folder = folder;
    this.#now = now;
  }

  /** The draw that an earlier process of the agency took part in, and did not end. @throws {UserError} RECEIPTS */
  async drawOf(agency: number): Promise<string | undefined> {
    const path = this.#drawPath(agency);
    const text = await readOrNothing(path);
    if (text === undefined) return undefined;
    const name = text.slice(0, NAME_BYTES).trim();
    if (isDrawName(name)) return name;
    throw new UserError('RECEIPTS', `${path} holds ${quoteText(text)}, expected ${A_DRAW_NAME}`);
  }

  /**
   * Notes that the agency takes part in the draw: this outlives the process, whatever happens to it.
   *
   * @throws {UserError} RECEIPTS
   */
  async enter(agency: number, draw: string): Promise<void> {
    await this.#makeFolder();
    await this.#write(this.#drawPath(agency), `${draw}\n`);
  }

  /**
   * Keeps the receipt. If one of the same draw says something else, both are kept.
   *
   * @returns its path
   * @throws {UserError} RECEIPTS
   */
  async keep(receipt: Receipt): Promise<string> {
    await this.#makeFolder();
    const path = await this.#pathFor(receipt);
    await this.#write(path, receiptText(receipt, new Date(this.#now()).toISOString()));
    const entered = this.#drawPath(receipt.agency);
    await rm(entered, { force: true }).catch(saying(`cannot remove ${JSON.stringify(entered)}`));
    return path;
  }

  async #pathFor({ draw, agency, head }: Receipt): Promise<string> {
    const name = join(this.#folder, `agency-${agency}-draw-${draw}`);
    for (let number = 1; ; number++) {
      const path = number === 1 ? `${name}.json` : `${name}.${number}.json`;
      const text = await readOrNothing(path);
      if (text === undefined || parseReceipt(text)?.head === head) return path;
    }
  }

  #makeFolder(): Promise<void> {
    return makeFolder(this.#folder).catch(saying(`cannot make the folder ${JSON.stringify(this.#folder)}`));
  }

  #write(path: string, text: string): Promise<void> {
    return writeBeside(path, text).catch(saying(`cannot write ${JSON.stringify(path)}`));
  }

  #drawPath(agency: number): string {
    return join(this.#folder, `agency-${agency}.draw`);
  }
}

const writeBeside = async (path: string, text: string): Promise<void> => {
  const beside = `${path}.new`;
  const file = await openRegular(beside, O_CREAT | O_TRUNC | O_WRONLY | O_DSYNC);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  await rename(beside, path);
};

/** Names what was attempted; whether a restart may help is as the system's error has it. */
const saying =
  (attempted: string) =>
  (error: unknown): never => {
    if (error instanceof UserError) throw error;
    throw new UserError('RECEIPTS', `${attempted}: ${reasonOf(error)}`, { cause: error });
  };

const readOrNothing = async (path: string): Promise<string | undefined> => {
  try {
    return await readRegular(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    return saying(`cannot read ${JSON.stringify(path)}`)(error);
  }
};
