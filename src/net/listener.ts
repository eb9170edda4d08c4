import { createServer, type Socket } from 'node:net';
import { fromCallback } from 'xstate';
import type { ListenerEvent } from '../../machines/vocabulary/listener.ts';
import { systemExitCode } from '../errors.ts';
import { KEEP_ALIVE_MS } from '../limits.ts';
import type { Room } from './places.ts';
import { type Task, turns } from './turns.ts';

type ListenerOptions = {
  host: string;
  /** 0 takes any free port. */
  port: number;
  backlog: number;
  /** What there is for connections that wait to be greeted, and for all: further ones are reset. */
  room: Pick<Room, 'arrivals' | 'sockets'>;
  /** Told once bound, with the port in use. */
  onBound: (port: number) => void;
  onClosed: () => void;
};

/** Listens, and hands each accepted socket on as it is; unread until its connection starts. */
export const listener = ({ host, port, backlog, room, onBound, onClosed }: ListenerOptions) =>
  fromCallback(({ sendBack }) => {
    const report = (event: ListenerEvent) => sendBack(event);
    const server = createServer({
      // A peer that ended its side may still wait for answers: netcat does.
      allowHalfOpen: true,
      noDelay: true,
      pauseOnConnect: true,
      // An agency that waits for its winners owes nothing: only the kernel can tell that it is gone.
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    // Whatever strangers do, there are files left for the draw.
    server.maxConnections = room.sockets;
    const arrivals = new Arrivals(report, room.arrivals);
    server.on('connection', (socket) => arrivals.add(socket));
    server.on('error', (error) =>
      report({
        type: 'listener.failed',
        reason: `cannot listen on ${host}:${port}: ${error.message}`,
        exitCode: systemExitCode(error),
      }),
    );
    server.listen({ host, port, backlog }, () => {
      const address = server.address();
      onBound(typeof address === 'object' && address ? address.port : port);
      report({ type: 'listener.bound' });
    });
    return () => {
      arrivals.end();
      server.close((error) => error ?? onClosed());
    };
  });

/** New connections, greeted a few in each turn of the event loop. */
class Arrivals implements Task {
  turn = 0;
  served = 0;
  readonly #report: (event: ListenerEvent) => void;
  readonly #most: number;
  #waiting: Socket[] = [];

  constructor(report: (event: ListenerEvent) => void, most: number) {
    this.#report = report;
    this.#most = most;
  }

  add(socket: Socket): void {
    turns.knock();
    if (this.#waiting.length >= this.#most) socket.resetAndDestroy();
    else if (this.#waiting.push(socket) === 1) turns.welcome(this);
  }

  work(): boolean {
    while (this.#waiting.length > 0 && turns.goesOn()) {
      const socket = this.#waiting.shift()!;
      // A connection that was reset meanwhile is nobody's any more.
      if (socket.remoteAddress === undefined) socket.destroy();
      else
        this.#report({ type: 'connection.accepted', handle: socket, ip: plainAddress(socket.remoteAddress) });
    }
    return this.#waiting.length > 0;
  }

  /** Nobody greets those who still wait. */
  end(): void {
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting = [];
  }
}

/** An IPv4 peer of a dual-stack socket shows as ::ffff:10.0.0.1. */
const plainAddress = (address: string): string => address.replace(/^::ffff:/, '');
