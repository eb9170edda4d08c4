/** What the server says: replies in, bytes out. */
import type { ServerMessage } from '../../machines/vocabulary/wire.ts';
import { tp0WinnersParts, winnersLines } from './winners.ts';

/** The characters that could end a line, or garble a terminal that shows it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

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
    case 'winners':
      return [...partsOf(reply)].join('');
    case 'error':
      return `ERROR:${reply.fault}:${reply.text.replace(UNPRINTABLE, ' ')}\n`;
    case 'tp0Count':
      return `${reply.count}\n`;
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
