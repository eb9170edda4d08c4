/**
 * The winners on the wire: as many lines as it takes, none longer than any other line, so that neither side holds
 * more than a part and a deadline is that of a part.
 *
 *     WINNERS:30904465,24807259,…          more follow
 *     WINNERS:801:<head>:21689196          the last: how many in all, and the head hash of the journal at the draw
 */
import type { Announcement } from '../../machines/vocabulary/draw.ts';
import type { ServerEvent } from '../../machines/vocabulary/wire.ts';
import { TP0_WINNERS_OF_A_PART, WINNERS_OF_A_LINE } from '../limits.ts';

/** The lines of an answer, made when somebody asks for them. */
export function* winnersLines({ documents, head }: Announcement): Generator<string> {
  const total = documents.length;
  let from = 0;
  for (; total - from > WINNERS_OF_A_LINE; from += WINNERS_OF_A_LINE) {
    yield `WINNERS:${documents.slice(from, from + WINNERS_OF_A_LINE).join(',')}\n`;
  }
  yield `WINNERS:${total}:${head}:${documents.slice(from).join(',')}\n`;
}

/** The original's answer: one line, a Python list. */
export function* tp0WinnersParts(documents: readonly string[]): Generator<string> {
  let before = '[';
  for (let from = 0; from < documents.length; from += TP0_WINNERS_OF_A_PART) {
    const some = documents.slice(from, from + TP0_WINNERS_OF_A_PART);
    yield before + some.map((document) => `'${document}'`).join(', ');
    before = ', ';
  }
  yield documents.length === 0 ? '[]\n' : ']\n';
}

const DOCUMENTS = /^\d{7,8}(?:,\d{7,8})*$/;
const LAST = /^(0|[1-9]\d{0,15}):([0-9a-f]{64}):(.*)$/;

const documentsIn = (text: string): string[] | undefined => {
  if (text === '') return [];
  return DOCUMENTS.test(text) ? text.split(',') : undefined;
};

/** What an agency hears in the text after `WINNERS:`; undefined if it is no such line. */
export const readWinners = (body: string): ServerEvent | undefined => {
  const [, digits, head, rest] = LAST.exec(body) ?? [];
  const documents = documentsIn(rest ?? body);
  if (!documents) return undefined;
  if (digits === undefined || head === undefined) {
    return documents.length === 0 ? undefined : { type: 'server.someWinners', documents };
  }
  const total = Number(digits);
  return Number.isSafeInteger(total) ? { type: 'server.winners', total, head, documents } : undefined;
};

export const A_WINNERS_LINE = 'WINNERS:<document>,… or WINNERS:<total>:<head>:<document>,…';
