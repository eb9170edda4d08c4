/** What an agency keeps of a draw, as a file that people can read, and what of a folder it is compared with. */

import type { Receipt } from '../../machines/vocabulary/draw.ts';
import { isSha256 } from '../identity/statement.ts';
import { isDrawName } from '../lottery/draw.ts';
import { StorageError } from './errors.ts';
import type { DrawReport } from './verify.ts';

const FORMAT = 'quiniela-receipt';
const VERSION = 1;

/** @param at when it was made, ISO 8601 in UTC */
export const receiptText = ({ draw, agency, bets, crc, sha, winners, head }: Receipt, at: string): string =>
  `${JSON.stringify({ format: FORMAT, version: VERSION, draw, agency, bets, crc, sha, winners, head, at })}\n`;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Undefined if the text is no receipt. */
export const parseReceipt = (text: string): Receipt | undefined => {
  let given: Partial<Record<keyof Receipt | 'format' | 'version', unknown>>;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (given?.format !== FORMAT || given.version !== VERSION) return undefined;
  const { draw, agency, bets, crc, winners, head, sha } = given;
  const isWhole = isCount(agency) && isCount(bets) && isCount(crc) && isCount(winners);
  if (!isWhole || typeof draw !== 'string' || !isDrawName(draw)) return undefined;
  if (typeof head !== 'string' || !isSha256(head)) return undefined;
  const receipt = { draw, agency, bets, crc, winners, head };
  if (sha === undefined) return receipt;
  return typeof sha === 'string' && isSha256(sha) ? { ...receipt, sha } : undefined;
};

/**
 * Whether a folder is the one that a receipt speaks of.
 *
 * @throws StorageError OTHER_DRAW
 */
export const compareWithReceipt = (
  { draw, head, agencies, winners }: Pick<DrawReport, 'draw' | 'head' | 'agencies' | 'winners'>,
  receipt: Receipt,
  dir: string,
): void => {
  if (draw !== receipt.draw) {
    throw new StorageError(
      'OTHER_DRAW',
      `"${dir}" holds draw "${draw}", the receipt is of draw "${receipt.draw}"`,
    );
  }
  const { stored = 0, crc = 0, sha = 'none' } = agencies.get(receipt.agency) ?? {};
  const here = [head ?? 'none', stored, crc, winners?.get(receipt.agency)?.length ?? 0, sha];
  const kept = [receipt.head, receipt.bets, receipt.crc, receipt.winners, receipt.sha ?? sha];
  const differing = ['head at the draw', 'bets', 'CRC', 'winners', 'SHA-256'].flatMap((what, index) =>
    here[index] === kept[index] ? [] : [`${what} ${here[index]}, not ${kept[index]}`],
  );
  if (differing.length > 0) {
    const text = `"${dir}" is not what agency ${receipt.agency} has a receipt of: ${differing.join('; ')}: it was cut back, or written again`;
    throw new StorageError('OTHER_DRAW', text);
  }
};
