/**
 * The original's client as it behaves on the wire: a batch, then its count is waited for; after the last count
 * `DONE:<agency>` without a newline, then its winners are waited for.
 */
import assert from 'node:assert/strict';
import { type Row, wireBets } from '../support/bets.ts';
import { Peer } from '../support/peer.ts';

/** The bets of a batch by default, as in the original's configuration. */
const BATCH = 120;

/** The bets as the original writes them: it knows no escapes. */
export const batchesOf = (rows: readonly Row[], size = BATCH): string[] =>
  Array.from(
    { length: Math.ceil(rows.length / size) },
    (_, i) => `${wireBets(rows.slice(i * size, (i + 1) * size))}\n`,
  );

export class OriginalClient {
  readonly peer: Peer;
  readonly #agency: number;

  private constructor(peer: Peer, agency: number) {
    this.peer = peer;
    this.#agency = agency;
  }

  static async start(port: number, agency: number): Promise<OriginalClient> {
    return new OriginalClient(await Peer.connect(port), agency);
  }

  /** Sends all batches, or the first `only`; each must be counted in full. */
  async upload(rows: readonly Row[], options: { size?: number; only?: number } = {}): Promise<void> {
    const { size = BATCH, only = Number.POSITIVE_INFINITY } = options;
    // Each is made as it is sent: to make a long upload takes so long that others of this process would be late.
    for (let at = 0; at < Math.min(rows.length, only * size); at += size) {
      const batch = rows.slice(at, at + size);
      this.peer.send(`${wireBets(batch)}\n`);
      await this.peer.expectLine(`${batch.length}`);
    }
  }

  sayDone(): void {
    this.peer.send(`DONE:${this.#agency}`);
  }

  /** The number of winners, from the list of the final version or the number before it; then the client closes. */
  async winners(): Promise<number> {
    const line = await this.peer.line();
    assert.match(line, /^(?:\d+|\[(?:'\d{8}'(?:, '\d{8}')*)?\])$/);
    this.peer.end();
    return line.startsWith('[') ? (line.match(/'\d{8}'/g) ?? []).length : Number(line);
  }
}
