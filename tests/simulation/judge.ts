/**
 * Hears all that is said, as it stands on the wire, and holds the server to its word: what was acknowledged once
 * is known for ever, whatever the server and its disk went through.
 */
import { crc32 } from 'node:zlib';
import { csvRow } from '../support/bet-row.ts';
import type { SimulatedSocket, Way } from './socket.ts';
import type { Stage } from './stage.ts';

/** Draw and agency as the key of a map. */
const keyOf = (draw: number, agency: number): string => `${draw}/${agency}`;

/** What a log that many servers share has come to: one of them may lag behind it, and none may be ahead. */
type Truth = { stored(agency: number): number; hasBet(id: string): boolean };

export class Judge {
  /** Ids of the single bets that were acknowledged. */
  readonly singles = new Set<string>();
  /** The hashes that the journal had at a draw, as agencies were told. */
  readonly heads = new Map<number, ReadonlySet<string>>();
  /** Documents of the winners that each agency was told, by draw and agency. */
  readonly #told = new Map<string, readonly string[]>();
  /** Bets of its file that were acknowledged, by draw and agency. */
  readonly #acknowledged = new Map<string, number>();
  readonly #begun = new WeakMap<SimulatedSocket, string>();
  /** Connections that were told their draw. */
  readonly #welcomed = new WeakSet<SimulatedSocket>();
  /** Batches that were sent on a connection, without those that were answered. */
  readonly #unanswered = new WeakMap<Way, number>();
  readonly #truth: Truth | undefined;
  readonly #stage: Stage;
  /** The draw that the server collects now, from 1. */
  readonly #currentDraw: () => number;

  /** @param truth of a cluster: the answers of one server say nothing of what another has said since */
  constructor(stage: Stage, currentDraw: () => number, truth?: Truth) {
    this.#stage = stage;
    this.#truth = truth;
    this.#currentDraw = currentDraw;
    stage.network.onSaid = (socket, data) => {
      // A visitor's connection: whatever is said there is its own affair.
      if (socket.way.agency === 0) return;
      const lines = ((this.#begun.get(socket) ?? '') + data.toString('latin1')).split('\n');
      this.#begun.set(socket, lines.pop()!);
      for (const line of lines) this.#hear(socket, line);
    };
  }

  /** What the agency was told, undefined if it was told nothing. */
  toldTo(draw: number, agency: number): readonly string[] | undefined {
    return this.#told.get(keyOf(draw, agency));
  }

  acknowledgedOf(draw: number, agency: number): number {
    return this.#acknowledged.get(keyOf(draw, agency)) ?? 0;
  }

  #hear(socket: SimulatedSocket, line: string): void {
    const { way, isServer } = socket;
    const { agency, draw } = way;
    const [word, ...values] = line.split(':');
    if (word === 'BATCH') this.#batch(way);
    if (!isServer) return;
    if (word === 'STORED') this.#unanswered.set(way, (this.#unanswered.get(way) ?? 0) - 1);
    if (word === 'STORED') this.#stored(draw, agency, Number(values[0]));
    if (word === 'BET') this.#betStored(socket, values[0]!);
    if (word === 'WELCOME') this.#welcome(socket, values);
    if (word === 'WINNERS') this.#winners(draw, agency, values);
    // The original's dialect: a list, as Python shows it.
    if (line.startsWith('[')) this.#tell(draw, agency, line.match(/\d+/g) ?? []);
  }

  #batch(way: Way): void {
    const unanswered = (this.#unanswered.get(way) ?? 0) + 1;
    this.#unanswered.set(way, unanswered);
    if (unanswered > way.window)
      this.#violate(way.draw, way.agency, `has ${unanswered} batches on their way`);
  }

  #stored(draw: number, agency: number, next: number): void {
    this.#isInTime(draw, agency, 'bets');
    const { length } = this.#betsOf(draw, agency);
    if (next > length) this.#violate(draw, agency, `has ${length} bets, ${next} are acknowledged`);
    this.#isTrue(draw, agency, next);
    const key = keyOf(draw, agency);
    this.#acknowledged.set(key, Math.max(this.#acknowledged.get(key) ?? 0, next));
  }

  /** One that was stored in time is answered for later, too: in a session of its draw. */
  #betStored(socket: SimulatedSocket, id: string): void {
    const { agency, draw } = socket.way;
    if (!this.#welcomed.has(socket)) this.#isInTime(draw, agency, `bet ${id}`);
    if (this.#truth && !this.#truth.hasBet(id))
      this.#violate(draw, agency, `has bet ${id} acknowledged, which the log has not`);
    this.singles.add(id);
  }

  #welcome(socket: SimulatedSocket, [name, ...numbers]: string[]): void {
    const { agency, draw } = socket.way;
    const [stored = -1, crc = -1] = numbers.map(Number);
    this.#welcomed.add(socket);
    // It looks whether its file is that of an earlier draw, of which it was not told the winners.
    if (Number(name) < draw) return;
    const current = this.#currentDraw();
    if (current !== draw) this.#stage.note(`agency ${agency}`, `comes back to draw ${draw} from ${current}`);
    if (name !== `${draw}`) this.#violate(draw, agency, `is welcomed to draw ${name}`);
    const acknowledged = this.acknowledgedOf(draw, agency);
    if (stored < acknowledged && !this.#truth)
      this.#violate(draw, agency, `is welcomed at ${stored}, ${acknowledged} were acknowledged`);
    const rows = this.#betsOf(draw, agency).slice(0, stored).map(csvRow);
    if (rows.length !== stored || crc32(Buffer.concat(rows)) !== crc)
      this.#violate(draw, agency, `is welcomed at ${stored} with CRC ${crc}, which its file has not`);
    this.#isTrue(draw, agency, stored);
    this.#acknowledged.set(keyOf(draw, agency), this.#truth ? Math.max(acknowledged, stored) : stored);
  }

  #isTrue(draw: number, agency: number, stored: number): void {
    const truth = this.#truth?.stored(agency) ?? stored;
    if (stored > truth) this.#violate(draw, agency, `is told of ${stored} bets, the log has ${truth}`);
  }

  #winners(draw: number, agency: number, [total, head = '', list = '']: string[]): void {
    const documents = list === '' ? [] : list.split(',');
    if (Number(total) !== documents.length || !/^[0-9a-f]{64}$/.test(head))
      this.#violate(draw, agency, `is told ${total} winners: ${documents}, with the head ${head}`);
    this.heads.set(draw, new Set([...(this.heads.get(draw) ?? []), head]));
    this.#tell(draw, agency, documents);
  }

  #tell(draw: number, agency: number, documents: readonly string[]): void {
    const key = keyOf(draw, agency);
    const before = this.#told.get(key);
    if (before && before.join() !== documents.join())
      this.#violate(draw, agency, `is told winners ${documents}, after ${before}`);
    this.#told.set(key, documents);
  }

  /** Nothing of a draw is ever taken into another. */
  #isInTime(draw: number, agency: number, what: string): void {
    const current = this.#currentDraw();
    if (current !== draw) this.#violate(draw, agency, `has ${what} taken into draw ${current}`);
  }

  #betsOf(draw: number, agency: number) {
    return this.#stage.scenario.draws[draw - 1]?.agencies[agency - 1]?.bets ?? [];
  }

  #violate(draw: number, agency: number, text: string): void {
    this.#stage.violate(`agency ${agency} in draw ${draw} ${text}`);
  }
}
