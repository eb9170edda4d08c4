/** The processes that tell the hub something: what each has told already, and whether it is still there. */
import type { Socket } from 'node:net';
import { SENDERS } from './limits.ts';

export type Sender = {
  /** Number of the line that comes next. */
  next: number;
  connections: number;
  /** Events that never arrived, as it has said. */
  lost: number;
  /** Another one for each time that it comes, or comes back. */
  stay: number;
};

export class Senders {
  /** By process; those that were heard last stand last. */
  readonly #senders = new Map<string, Sender>();
  readonly #left: (process: string, socket: Socket) => void;
  readonly #most: number;
  /** Connections whose end is awaited, and whose they are. */
  readonly #heard = new WeakMap<Socket, string>();
  #stays = 0;

  /** @param left hears of a process whose last connection has ended: it has ended, one way or another */
  constructor(left: (process: string, socket: Socket) => void, most = SENDERS) {
    this.#left = left;
    this.#most = most;
  }

  get size(): number {
    return this.#senders.size;
  }

  /** @returns the process as it is known; undefined if there is no room, or its connection is another's */
  meet(process: string, socket: Socket): Sender | undefined {
    const whose = this.#heard.get(socket);
    if (whose !== undefined && whose !== process) return undefined;
    const sender = this.#senders.get(process) ?? this.#begin();
    if (!sender) return undefined;
    this.#senders.delete(process);
    this.#senders.set(process, sender);
    if (whose === undefined) this.#await(process, sender, socket);
    return sender;
  }

  #begin(): Sender | undefined {
    if (this.#senders.size >= this.#most) {
      const oldest = [...this.#senders].find(([, { connections }]) => connections === 0);
      if (!oldest) return undefined;
      this.#senders.delete(oldest[0]);
    }
    this.#stays += 1;
    return { next: 0, connections: 0, lost: 0, stay: this.#stays };
  }

  #await(process: string, sender: Sender, socket: Socket): void {
    this.#heard.set(socket, process);
    sender.connections += 1;
    socket.once('close', () => {
      sender.connections -= 1;
      if (sender.connections > 0) return;
      this.#stays += 1;
      sender.stay = this.#stays;
      this.#left(process, socket);
    });
  }
}
