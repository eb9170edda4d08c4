/**
 * Why a node ends our handshake. The client does not tell: in TLS 1.3 a node that does not take our certificate says so
 * after our side of the handshake is over, and the client goes on to wait for an answer.
 */
import { connect as connectPlain } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { EngineFiles } from '../config/store.ts';
import { codeOf } from '../errors.ts';
import { readRegularSync } from '../input/regular-file.ts';
import { ENGINE_ANSWERS_MS, ENGINE_SILENCE_MS } from '../limits.ts';

/** What the first node says that refuses us; undefined: none does. */
export async function handshakeFault(servers: readonly string[], files: EngineFiles): Promise<unknown> {
  for (const server of servers) {
    const fault = await faultAt(new URL(server), files);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** It begins with the handshake, and says its first line after it: `handshake_first` of its configuration. */
export class HandshakeFirst extends Error {}

const read = (path: string | undefined) => path && readRegularSync(path);

function faultAt({ hostname: host, port }: URL, { ca, cert, key }: EngineFiles): Promise<unknown> {
  return new Promise((resolve) => {
    const plain = connectPlain({ host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) });
    const end = (fault?: unknown) => {
      clearTimeout(timer);
      clearTimeout(silence);
      plain.destroy();
      resolve(fault);
    };
    const timer = setTimeout(end, ENGINE_ANSWERS_MS);
    // It is away: others say that.
    plain.once('error', () => end());
    plain.once('close', () => end());
    const shake = () => {
      try {
        const own = { ca: read(ca), cert: read(cert), key: read(key) };
        return connectSecure({ socket: plain, servername: host, ...own });
      } catch (error) {
        // They are being renewed: whoever connects next reads them again.
        end(error);
        return undefined;
      }
    };
    // Its first line is in plain text, unless it waits for ours.
    const silence = setTimeout(() => {
      plain.removeListener('data', speak);
      shake()
        ?.once('data', () => end(new HandshakeFirst()))
        // It was only slow.
        .once('error', (error) => end(codeOf(error) === 'ERR_SSL_WRONG_VERSION_NUMBER' ? undefined : error));
    }, ENGINE_SILENCE_MS);
    const speak = () => {
      clearTimeout(silence);
      shake()?.once('error', end);
    };
    plain.once('data', speak);
  });
}
