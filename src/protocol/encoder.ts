/** What agency and server say, as bytes; BatchEncoder makes the agency's batches. */
import type { ClientMessage, ServerMessage } from '../../machines/vocabulary/wire.ts';
import type { Sign } from '../identity/statement.ts';
import { onOneLine } from '../printable.ts';
import { tp0WinnersParts, winnersLines } from './winners.ts';

/** The text of a reply that grows with the number of winners. */
const partsOf = (reply: Extract<ServerMessage, { kind: 'winners' | 'tp0Winners' }>): Iterable<string> =>
  reply.kind === 'winners' ? winnersLines(reply) : tp0WinnersParts(reply.documents);

const textOf = (reply: Exclude<ServerMessage, { kind: 'echo' }>): string => {
  switch (reply.kind) {
    case 'welcome':
      return `WELCOME:${reply.draw}:${reply.stored}:${reply.crc}${reply.owed ? `:${reply.owed}` : ''}\n`;
    case 'stored':
      return reply.nexts.map((next) => `STORED:${next}\n`).join('');
    case 'rejected':
      return `REJECTED:${reply.offset}:${reply.position}:${reply.fault}\n`;
    case 'betStored':
      return `BET:${reply.id}:${reply.number}\n`;
    case 'error':
      return `ERROR:${reply.fault}:${onOneLine(reply.text)}\n`;
    case 'tp0Count':
      return `${reply.count}\n`;
    case 'winners':
    case 'tp0Winners':
      return [...partsOf(reply)].join('');
  }
};

/** The bytes of a reply in one buffer; `stored` is one line for each batch, `echo` gives back its own line. */
export const encodeReply = (reply: ServerMessage): Buffer =>
  reply.kind === 'echo' ? reply.line : Buffer.from(textOf(reply));

/** The same in parts, one at a time; none is longer than a line. */
export function* encodeReplyParts(reply: ServerMessage): Generator<Buffer> {
  if (reply.kind !== 'winners' && reply.kind !== 'tp0Winners') yield encodeReply(reply);
  else for (const part of partsOf(reply)) yield Buffer.from(part);
}

/** An agency that comes back to a draw names it in `draw`. */
export const encodeHello = (agency: number, draw?: string): Buffer =>
  Buffer.from(draw === undefined ? `HELLO:${agency}\n` : `HELLO:${agency}:${draw}\n`);

type Done = Omit<Extract<ClientMessage, { kind: 'done' }>, 'kind'>;

/** `crc`: CRC-32 of the agency's rows in bets.csv, unsigned. `sign` makes the signature, if there is to be one. */
export const encodeDone = ({ agency, count, crc, signs }: Done, sign?: Sign): Buffer => {
  const proof = signs && sign ? `:${signs.sha}:${sign({ agency, count, crc, ...signs })}` : '';
  return Buffer.from(`DONE:${agency}:${count}:${crc}${proof}\n`);
};

/** Without a newline, as the original's server expects it. */
export const encodeTp0Done = (agency: number): Buffer => Buffer.from(`DONE:${agency}`);

/** One bet; `id` is 1 to 64 characters of A-Z, a-z, 0-9, _ and -, `wire` is what `wireBet` gives. */
export const encodeBet = (id: string, wire: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`BET:${id}:`), wire, Buffer.from('\n')]);

/** What an agency says besides its batches, as bytes. */
export const encodeStatement = (statement: ClientMessage, sign?: Sign): Buffer => {
  switch (statement.kind) {
    case 'hello':
      return encodeHello(statement.agency, statement.draw);
    case 'done':
      return encodeDone(statement, sign);
    case 'tp0Done':
      return encodeTp0Done(statement.agency);
    case 'line':
      return Buffer.from(`${statement.text}\n`);
  }
};
