/**
 * Peers that mean no good, in a process of their own: `node flood.ts KIND PORT CONNECTIONS`. Each connection sends as much
 * as the server takes, and is made again when it is closed. Says `flowing` once the server has taken something of each.
 */
import { connect, type Socket } from 'node:net';

type Flood = {
  /** What a connection says first, if it says anything. */
  first?: string;
  /** And then again and again, if anything. */
  again?: Buffer;
  /** It never reads what is answered. */
  isDeaf?: true;
  /** It goes as soon as it was heard. */
  leaves?: 'closing' | 'resetting';
  /** And is back at once. */
  isStorm?: true;
  /** It is meant for METRICS_PORT. */
  isForWatchers?: true;
};

const CHUNK_BYTES = 64 * 1024;

const repeated = (text: string): Buffer => Buffer.from(text.repeat(Math.ceil(CHUNK_BYTES / text.length)));

/** The agency that nobody plays. */
const AGENCY = 6;

const BET = `${AGENCY},Ana,Paz,12345678,2000-01-01,7`;

export const FLOODS: Readonly<Record<string, Flood>> = {
  'empty lines': { again: repeated('\n') },
  'short lines': { again: repeated('hola\n') },
  'long lines': { again: repeated(`${'x'.repeat(8_000)}\n`) },
  'echoes that nobody reads': { again: repeated('hola\n'), isDeaf: true },
  garbage: { again: repeated('\x00\xff\x80garbage') },
  'malformed words': { first: 'HELLO:x\n', again: repeated('BATCH:0:x\n') },
  'repeated HELLO': { again: repeated(`HELLO:${AGENCY}\n`) },
  'rejected batches': { first: `HELLO:${AGENCY}\n`, again: repeated(`BATCH:0:${BET}x\n`) },
  'repeated batches': { first: `HELLO:${AGENCY}\n`, again: repeated(`BATCH:0:${BET}\n`) },
  'batches after a gap': { first: `HELLO:${AGENCY}\n`, again: repeated(`BATCH:99:${BET}\n`) },
  'bad lines of TP0': { again: repeated(`${BET}x\n`) },
  'single bets': { first: `HELLO:${AGENCY}\n`, again: repeated(`BET:x:${BET}\n`) },
  'connections that close': { leaves: 'closing' },
  'connections that are reset': { first: 'hola\n', leaves: 'resetting' },
  'a storm of resets': { first: 'hola\n', leaves: 'resetting', isStorm: true },
  'sessions that are reset': { first: `HELLO:${AGENCY}\n`, leaves: 'resetting' },
  silence: {},
  scrapes: { again: repeated('GET /metrics HTTP/1.1\r\n\r\n'), isForWatchers: true },
  'scrapes without an end': { again: repeated('x'), isForWatchers: true },
};

/** Milliseconds before a connection is made again: that the server has closed, that is part of a storm; that came only to
 * leave. */
const AGAIN_MS = 2;
const LEAVER_AGAIN_MS = 50;

const flow = (flood: Flood, port: number, onTaken: () => void): void => {
  const { first, again, isDeaf, leaves, isStorm } = flood;
  const socket: Socket = connect(port, '127.0.0.1');
  const write = () => {
    while (again && socket.writable && socket.write(again));
  };
  socket.on('connect', () => {
    const taken = () => {
      onTaken();
      if (leaves === 'closing') socket.end();
      if (leaves === 'resetting') socket.resetAndDestroy();
    };
    if (first) socket.write(first, taken);
    else taken();
    write();
  });
  socket.on('drain', write);
  if (!isDeaf) socket.on('data', () => {});
  socket.on('error', () => {});
  socket.on('close', () =>
    setTimeout(() => flow(flood, port, () => {}), leaves && !isStorm ? LEAVER_AGAIN_MS : AGAIN_MS),
  );
};

if (import.meta.main) {
  const [kind = '', port = '', connections = ''] = process.argv.slice(2);
  let taken = 0;
  for (let i = 0; i < Number(connections); i++) {
    flow(FLOODS[kind]!, Number(port), () => {
      taken += 1;
      if (taken === Number(connections)) console.log('flowing');
    });
  }
}
