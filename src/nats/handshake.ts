/**
 * Why a node ends our handshake. The client does not tell: in TLS 1.3 a node that does not take our certificate says so
 * after our side of the handshake is over, and the client goes on to wait for an answer.
 */
import { connect as connectPlain } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { EngineFiles } from '../config/store.ts';
import { readRegularSync } from '../input/regular-file.ts';
import { ENGINE_ANSWERS_MS } from '../limits.ts';

/** What the first node says that refuses us; undefined: none does. */
export async function handshakeFault(servers: readonly string[], files: EngineFiles): Promise<unknown> {
  for (const server of servers) {
    const fault = await faultAt(new URL(server), files);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const read = (path: string | undefined) => path && readRegularSync(path);

function faultAt({ hostname: host, port }: URL, { ca, cert, key }: EngineFiles): Promise<unknown> {
  return new Promise((resolve) => {
    const plain = connectPlain({ host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) });
    const end = (fault?: unknown) => {
      clearTimeout(timer);
      plain.destroy();
      resolve(fault);
    };
    const timer = setTimeout(end, ENGINE_ANSWERS_MS);
    // It is away: others say that.
    plain.once('error', () => end());
    plain.once('close', () => end());
    // Its first line is in plain text.
    plain.once('data', () => {
      try {
        const own = { ca: read(ca), cert: read(cert), key: read(key) };
        connectSecure({ socket: plain, servername: host, ...own }).once('error', end);
      } catch (error) {
        // They are being renewed: whoever connects next reads them again.
        end(error);
      }
    });
  });
}
