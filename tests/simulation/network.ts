/** The one network between all programs: who reaches which server, and when. */
import type { Random } from '../crash/random.ts';
import type { SimulatedTime } from './clock.ts';
import { SimulatedSocket } from './socket.ts';

export const EVERYBODY = 'everybody';

export class SimulatedNetwork {
  readonly time: SimulatedTime;
  readonly random: Random;
  /** Both sides of every connection that is open. */
  readonly sockets = new Set<SimulatedSocket>();
  /** Hears all that is said, as it is said. */
  onSaid: ((by: SimulatedSocket, data: Buffer) => void) | undefined;
  /** Until when an agency does not reach the server. */
  readonly #unreachable = new Map<number | typeof EVERYBODY, number>();
  readonly #servers: number;
  /** By server, from 1. */
  readonly #listeners = new Map<number, (socket: SimulatedSocket) => void>();
  /** How often each agency has called: the next server each time. */
  readonly #calls = new Map<number, number>();

  constructor(time: SimulatedTime, random: Random, servers = 1) {
    this.time = time;
    this.random = random;
    this.#servers = servers;
  }

  listen(onConnection: (socket: SimulatedSocket) => void, server = 1): () => void {
    this.#listeners.set(server, onConnection);
    return () => {
      if (this.#listeners.get(server) === onConnection) this.#listeners.delete(server);
    };
  }

  /** A call by an agency for a draw; by anybody else with neither. */
  connect({ agency = 0, draw = 0, window = Number.POSITIVE_INFINITY } = {}): SimulatedSocket {
    const client = new SimulatedSocket(this, 'client', { agency, draw, window, stalledUntil: 0 });
    const calls = this.#calls.get(agency) ?? agency;
    this.#calls.set(agency, calls + 1);
    const server = (calls % this.#servers) + 1;
    this.time.setTimeout(() => this.#answer(client, server), this.random.between(0, 5));
    return client;
  }

  /** One side of any connection, if there is one. */
  any(): SimulatedSocket | undefined {
    return this.sockets.size === 0 ? undefined : this.random.pick([...this.sockets]);
  }

  /** An agency's connections are cut, or everybody's, and no new one is made for a while. */
  isolate(agency: number | typeof EVERYBODY, ms: number): void {
    const until = Math.max(this.#unreachable.get(agency) ?? 0, this.time.now + ms);
    this.#unreachable.set(agency, until);
    for (const socket of [...this.sockets]) {
      if (agency === EVERYBODY || socket.way.agency === agency) socket.cut();
    }
  }

  #isReachable(agency: number): boolean {
    const isOver = (until = 0) => this.time.now >= until;
    return isOver(this.#unreachable.get(agency)) && isOver(this.#unreachable.get(EVERYBODY));
  }

  #answer(client: SimulatedSocket, number: number): void {
    if (client.isClosed || !this.#isReachable(client.way.agency)) return;
    const listener = this.#listeners.get(number);
    if (!listener) {
      client.emit('error', new Error('connect ECONNREFUSED'));
      client.emit('close');
      return;
    }
    const server = new SimulatedSocket(this, 'server', client.way);
    server.peer = client;
    client.peer = server;
    this.sockets.add(server).add(client);
    listener(server);
    client.resume();
    client.emit('connect');
  }
}
