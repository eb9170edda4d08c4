import { readFile } from 'node:fs/promises';
import type { Receipt } from '../../machines/vocabulary/draw.ts';
import { UserError } from '../errors.ts';
import { quoteText } from '../protocol/quote.ts';
import { nodeDisk } from '../store/disk.ts';
import { withAdvice } from '../store/errors.ts';
import { compareWithReceipt, isHash, parseReceipt } from '../store/receipt.ts';
import { verifyDraw } from '../store/verify.ts';
import { tell } from './store-command.ts';

type Options = { head?: string; receipt?: string };

/**
 * `quiniela verify DIR`: checks a draw's folder without a server; 2 at the first byte that is not as it was, and if it
 * is not the folder of which a hash or a receipt was kept.
 */
export const run = async (dir: string, { head, receipt: file }: Options = {}): Promise<number> => {
  if (head !== undefined && !isHash(head)) {
    throw new UserError(
      'ARGUMENT',
      `cannot verify: --head is ${quoteText(head)}, expected a SHA-256, 64 hex digits`,
    );
  }
  const receipt = file === undefined ? undefined : await readReceipt(file);
  return tell(async () => {
    try {
      const report = await verifyDraw(dir, nodeDisk(), head);
      if (receipt) compareWithReceipt(report, receipt, dir);
      const lines = [...report.lines];
      if (head) lines.push('checked --head: it is that of a line');
      if (receipt)
        lines.push(`checked the receipt: what it says of agency ${receipt.agency} is what is here`);
      return { lines, exitCode: 0 };
    } catch (error) {
      throw withAdvice(error, dir);
    }
  });
};

const readReceipt = async (file: string): Promise<Receipt> => {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new UserError('RECEIPT', `cannot read the receipt "${file}": ${cause.message}`, { cause });
  });
  const receipt = parseReceipt(text);
  if (!receipt) throw new UserError('RECEIPT', `cannot read "${file}": it is no receipt of a draw`);
  return receipt;
};
