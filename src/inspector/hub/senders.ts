/** The processes that tell the hub something: what each has told already, and whether it is still there. */
import type { Socket } from 'node:net';
import { SENDERS, SPEAKERS } from '../limits.ts';

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
  /** By connection whose end is awaited: the processes that speak over it, those that were heard last at the end. */
  readonly #heard = new WeakMap<Socket, Map<string, Sender>>();
  #stays = 0;

  /** @param left hears of a process whose last connection has ended: it has ended, one way or another */
  constructor(left: (process: string, socket: Socket) => void, most = SENDERS) {
    this.#left = left;
    this.#most = most;
  }

  get size(): number {
    return this.#senders.size;
  }

  /** @returns the process as it is known; one that was not heard of for long may be a stranger again */
  meet(process: string, socket: Socket): Sender {
    const sender = this.#senders.get(process) ?? this.#begin();
    this.#senders.delete(process);
    this.#senders.set(process, sender);
    const speakers = this.#heard.get(socket) ?? this.#await(socket);
    if (speakers.get(process) === sender) return sender;
    speakers.set(process, sender);
    sender.connections += 1;
    const [oldest] = speakers;
    if (speakers.size > SPEAKERS && oldest) this.#part(socket, speakers, oldest);
    return sender;
  }

  #begin(): Sender {
    if (this.#senders.size >= this.#most) {
      const entries = [...this.#senders];
      const [oldest] = entries.find(([, { connections }]) => connections === 0) ?? entries[0]!;
      this.#senders.delete(oldest);
    }
    this.#stays += 1;
    return { next: 0, connections: 0, lost: 0, stay: this.#stays };
  }

  #await(socket: Socket): Map<string, Sender> {
    const speakers = new Map<string, Sender>();
    this.#heard.set(socket, speakers);
    socket.once('close', () => {
      for (const speaker of speakers) this.#part(socket, speakers, speaker);
    });
    return speakers;
  }

  #part(socket: Socket, speakers: Map<string, Sender>, [process, sender]: [string, Sender]): void {
    speakers.delete(process);
    sender.connections -= 1;
    if (sender.connections > 0) return;
    this.#stays += 1;
    sender.stay = this.#stays;
    this.#left(process, socket);
  }
}
