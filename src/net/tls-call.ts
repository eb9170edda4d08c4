/** Calls a server over TLS: loaded only if it is configured. */
import type { KeyObject } from 'node:crypto';
import { Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { Credentials } from '../identity/credentials.ts';
import { signWith } from '../identity/proof.ts';
import type { Sign } from '../identity/statement.ts';
import { KEEP_ALIVE_MS } from '../limits.ts';
import { type Place, wayTo } from './servers.ts';

/** A socket that fails, like one whose server is not there. */
const failing = (error: unknown): Socket => {
  const socket = new Socket();
  process.nextTick(() => socket.destroy(error as Error));
  return socket;
};

/** @param checkServerIdentity whether the certificate is of the server's name; Node's own check unless given */
export const connectTls = (
  {
    checkServerIdentity,
    ...way
  }: Pick<ConnectionOptions, 'host' | 'port' | 'lookup' | 'checkServerIdentity'>,
  { context }: Credentials,
): TLSSocket =>
  connect({
    ...way,
    secureContext: context(),
    minVersion: 'TLSv1.3',
    ...(checkServerIdentity && { checkServerIdentity }),
  });

export const tlsCalls = (servers: readonly Place[], certificates: { of(agency: number): Credentials }) => {
  /** What is said on a connection is signed with the key of the certificate that was shown there. */
  const keys = new WeakMap<Socket, KeyObject>();
  return {
    call: (agency: number, call: number): Socket => {
      try {
        const credentials = certificates.of(agency);
        const socket = connectTls(wayTo(servers, call), credentials);
        keys.set(socket, credentials.key);
        return socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
      } catch (error) {
        return failing(error);
      }
    },
    signerOf: (socket: Socket): Sign | undefined => {
      const key = keys.get(socket);
      return key && signWith(key);
    },
  };
};
