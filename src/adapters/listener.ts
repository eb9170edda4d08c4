import { createServer } from 'node:net';
import { fromCallback } from 'xstate';
import type { ListenerEvent } from '../../machines/roll.ts';
import { systemExitCode } from '../errors.ts';
import { KEEP_ALIVE_MS } from '../limits.ts';

export type ListenerOptions = {
  host: string;
  /** 0 takes any free port. */
  port: number;
  backlog: number;
  /** Told once bound, with the port in use. */
  onBound: (port: number) => void;
  onClosed: () => void;
};

/** Listens, and hands each accepted socket on as it is; unread until its connection starts. */
export const listener = ({ host, port, backlog, onBound, onClosed }: ListenerOptions) =>
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
    server.on('connection', (socket) =>
      report({ type: 'connection.accepted', handle: socket, ip: plainAddress(socket.remoteAddress) }),
    );
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
    return () => server.close((error) => error ?? onClosed());
  });

/** An IPv4 peer of a dual-stack socket shows as ::ffff:10.0.0.1. */
const plainAddress = (address = 'unknown'): string => address.replace(/^::ffff:/, '');
