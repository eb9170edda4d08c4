/**
 * What processes post: lines of events, each of them counted once, however often it is sent. It is read as it
 * comes, a piece in each turn of the event loop, and no faster than it finds its place in the history.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { now } from '../clock.ts';
import { AGE_MS, AHEAD_MS, DELIVER_MS, EVENT_CHARS, LINES_TURN_MS, REQUEST_BYTES } from '../limits.ts';
import type { HubsEvent, InspectorEvent, LostEvent } from '../view/events.ts';
import { isStately, parseEvent } from '../view/shape.ts';
import { Body } from './body.ts';
import type { History } from './history.ts';
import { LineSplitter } from './line-splitter.ts';
import { type Sender, Senders } from './senders.ts';
import type { Turns } from './turns.ts';

type Own<Event> = Event extends unknown ? Omit<Event, 'createdAt'> : never;

export class Intake {
  readonly #history: History;
  readonly #hub: string;
  readonly #turns: Turns;
  readonly #senders = new Senders((process, socket) => {
    // Not before what it has said.
    this.#before(socket).then(() => this.#tell({ type: '@quiniela.left', process }));
  });
  /** By connection: the request that is being read. Another one of the same connection waits for it. */
  readonly #reading = new WeakMap<Socket, Promise<void>>();
  #refused = 0;

  /** @param hub tells a process whether it is still the same hub that it speaks to */
  constructor(history: History, hub: string, turns: Turns) {
    this.#history = history;
    this.#hub = hub;
    this.#turns = turns;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const body = new Body(request);
    const reading = this.#before(request.socket)
      .then(() => this.#read(request, body, response))
      .catch(() => {
        request.destroy();
      })
      .finally(() => body.drop());
    this.#reading.set(request.socket, reading);
  }

  #before(socket: Socket): Promise<void> {
    return this.#reading.get(socket) ?? Promise.resolve();
  }

  /** An event of whoever speaks another protocol; what is none is counted. */
  async take(text: string, change: (event: InspectorEvent) => readonly InspectorEvent[]): Promise<boolean> {
    await this.#room();
    const event = parseEvent(text);
    // The hub's own facts are nobody else's to tell.
    if (!event || !isStately(event)) {
      this.#refused += 1;
      return false;
    }
    for (const changed of change(inTime(event))) this.#history.add(changed);
    return true;
  }

  /** Tells how many lines were no events, once for all of them; called before each delivery. */
  tellRefused(): void {
    if (this.#refused === 0) return;
    this.#tell({ type: '@quiniela.refused', refused: this.#refused });
    this.#refused = 0;
  }

  async #read(request: IncomingMessage, body: Body, response: ServerResponse): Promise<void> {
    const { 'quiniela-process': process, 'quiniela-first': first, 'quiniela-lost': lost } = request.headers;
    const refuse = (status: number, reason: string): void => {
      body.drop();
      response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${reason}\n`);
    };
    // No web page may send this header to another origin without being asked about it first.
    if (typeof process !== 'string' || !/^[\w-]{1,32}$/.test(process)) {
      refuse(400, 'the header quiniela-process must be 1 to 32 letters, digits, "-" or "_"');
      return;
    }
    if (!isCount(first) || !isCount(lost)) {
      refuse(400, 'the headers quiniela-first and quiniela-lost must be numbers');
      return;
    }
    const sender = this.#senders.meet(process, request.socket);
    const isTaken = await this.#takeBody(body, sender, first === undefined ? sender.next : Number(first));
    if (!isTaken) {
      refuse(413, `more than ${REQUEST_BYTES} bytes`);
      return;
    }
    this.#noteLost(process, sender, Number(lost ?? 0));
    // One that comes back is told of another hub: it tells again of all that lives.
    response.writeHead(204, { 'quiniela-hub': `${this.#hub}.${sender.stay}` }).end();
  }

  /** @returns false if there was more than may be */
  async #takeBody(body: Body, sender: Sender, first: number): Promise<boolean> {
    const splitter = new LineSplitter(EVENT_CHARS);
    let number = first;
    let bytes = 0;
    for await (const piece of body.pieces()) {
      bytes += piece.length;
      if (bytes > REQUEST_BYTES) return false;
      await this.#room();
      number = await this.#takeLines(sender, number, splitter.push(piece));
    }
    // Half a line is sent again.
    if (body.isWhole) await this.#takeLines(sender, number, splitter.end());
    return true;
  }

  /** Waits for one's turn, and until what came before has found its place. */
  async #room(): Promise<void> {
    await this.#turns.next();
    while (this.#history.isFull) {
      await new Promise((resolve) => setTimeout(resolve, DELIVER_MS));
      await this.#turns.next();
    }
  }

  /** @returns the number of the line that follows */
  async #takeLines(sender: Sender, first: number, lines: readonly (string | undefined)[]): Promise<number> {
    let end = performance.now() + LINES_TURN_MS;
    for (const [index, line] of lines.entries()) {
      const number = first + index;
      // It has come before, in a request whose answer was lost.
      if (number < sender.next) continue;
      sender.next = number + 1;
      if (line === '') continue;
      if (index % 16 === 0 && performance.now() > end) {
        await this.#room();
        end = performance.now() + LINES_TURN_MS;
      }
      const event = line === undefined ? undefined : parseEvent(line);
      if (event && isStately(event)) this.#history.add(inTime(event));
      else this.#refused += 1;
    }
    return first + lines.length;
  }

  /** It tells all that it has lost so far: a request that comes twice counts once. */
  #noteLost(process: string, sender: Sender, lost: number): void {
    if (lost <= sender.lost) return;
    this.#tell({ type: '@quiniela.lost', process, lost: lost - sender.lost });
    sender.lost = lost;
  }

  #tell(fact: Own<HubsEvent | LostEvent>): void {
    this.#history.add({ ...fact, createdAt: now().toFixed(3) } as HubsEvent | LostEvent);
  }
}

/** A header that may be missing. */
const isCount = (text: string | string[] | undefined): boolean =>
  text === undefined || (typeof text === 'string' && /^\d{1,15}$/.test(text));

/** Nothing is told before it happened, or days later: such a clock is wrong, and the hub's is taken. */
function inTime(event: InspectorEvent): InspectorEvent {
  const arrivedAt = now();
  const time = Number(event.createdAt);
  const isRight = time <= arrivedAt + AHEAD_MS && time >= arrivedAt - AGE_MS;
  return isRight ? event : { ...event, createdAt: arrivedAt.toFixed(3) };
}
