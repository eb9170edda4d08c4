/** What the server says: replies in, bytes out. */
import type { ServerReply } from '../../machines/events.ts';
import { winnersLines } from './winners.ts';

/** Everything that could end a line, or garble a terminal that shows it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

const textOf = (reply: Exclude<ServerReply, { kind: 'echo' }>): string => {
  switch (reply.kind) {
    case 'welcome':
      return `WELCOME:${reply.draw}:${reply.stored}:${reply.crc}\n`;
    case 'stored':
      return reply.nexts.map((next) => `STORED:${next}\n`).join('');
    case 'rejected':
      return `REJECTED:${reply.offset}:${reply.position}:${reply.fault}\n`;
    case 'betStored':
      return `BET:${reply.id}:${reply.number}\n`;
    case 'winners':
      return [...winnersLines(reply)].join('');
    case 'error':
      return `ERROR:${reply.fault}:${reply.text.replace(UNPRINTABLE, ' ')}\n`;
    case 'tp0Count':
      return `${reply.count}\n`;
    case 'tp0Winners':
      return `[${reply.documents.map((document) => `'${document}'`).join(', ')}]\n`;
  }
};

/** The bytes of a reply, in one buffer; `stored` says one line per batch, `echo` gives back its own line. */
export const encodeReply = (reply: ServerReply): Buffer =>
  reply.kind === 'echo' ? reply.line : Buffer.from(textOf(reply));
