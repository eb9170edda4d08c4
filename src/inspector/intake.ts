/** What processes post: lines of events, each of them counted once, however often it is sent. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isInspectorEvent } from './events.ts';
import type { History } from './history.ts';
import { REQUEST_BYTES } from './limits.ts';

type Sender = {
  /** Number of the line that comes next. */
  next: number;
  connections: number;
  /** Events that never arrived, as it has said. */
  lost: number;
  /** How often it has left and come back. */
  returns: number;
};

export class Intake {
  readonly #history: History;
  readonly #hub: string;
  /** By process. */
  readonly #senders = new Map<string, Sender>();

  /** @param hub tells a process whether it is still the same hub that it speaks to */
  constructor(history: History, hub: string) {
    this.#history = history;
    this.#hub = hub;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { 'quiniela-process': process, 'quiniela-first': first, 'quiniela-lost': lost } = request.headers;
    // No web page may send this header to another origin without being asked about it first.
    if (typeof process !== 'string' || !/^[\w-]{1,32}$/.test(process)) {
      response.writeHead(400).end('the header quiniela-process is missing\n');
      return;
    }
    this.#know(process, request);
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > REQUEST_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on('error', () => {});
    request.on('end', () => {
      this.#take(process, Number(first), Buffer.concat(chunks).toString('utf8'));
      this.#noteLost(process, Number(lost));
      // One that comes back is told of another hub: it tells again of all that lives.
      const hub = `${this.#hub}.${this.#senders.get(process)!.returns}`;
      response.writeHead(204, { 'quiniela-hub': hub }).end();
    });
  }

  /** Once all connections of a process are closed, it has ended, one way or another. */
  #know(process: string, { socket }: IncomingMessage): void {
    const sender = this.#senders.get(process) ?? { next: 0, connections: 0, lost: 0, returns: 0 };
    this.#senders.set(process, sender);
    if (heard.has(socket)) return;
    heard.add(socket);
    sender.connections += 1;
    socket.once('close', () => {
      sender.connections -= 1;
      if (sender.connections > 0) return;
      sender.returns += 1;
      this.#tell({ type: '@quiniela.left', process });
    });
  }

  /** It tells all that it has lost so far: a request that comes twice counts once. */
  #noteLost(process: string, lost: number): void {
    const sender = this.#senders.get(process)!;
    if (!(lost > sender.lost)) return;
    this.#tell({ type: '@quiniela.lost', process, lost: lost - sender.lost });
    sender.lost = lost;
  }

  #take(process: string, first: number, text: string): void {
    const sender = this.#senders.get(process)!;
    const lines = text.split('\n');
    const known = Math.max(0, sender.next - first);
    sender.next = Math.max(sender.next, first + lines.length);
    for (const line of lines.slice(known)) {
      const event = parse(line);
      if (event) this.#history.add(event, line);
    }
  }

  #tell(
    fact:
      | { type: '@quiniela.left'; process: string }
      | { type: '@quiniela.lost'; process: string; lost: number },
  ) {
    this.#history.add({ ...fact, createdAt: Date.now().toFixed(3) });
  }
}

/** Connections whose end is awaited. */
const heard = new WeakSet<object>();

const parse = (line: string) => {
  try {
    const event: unknown = JSON.parse(line);
    return isInspectorEvent(event) ? event : undefined;
  } catch {
    return undefined;
  }
};
