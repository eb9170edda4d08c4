import type { Receipt } from '../../machines/vocabulary/draw.ts';
import { reasonOf, UserError } from '../errors.ts';
import { isSha256 } from '../identity/statement.ts';
import { readAuthorities } from '../identity/trust.ts';
import { readRegularSync } from '../input/regular-file.ts';
import { quoteText } from '../printable.ts';
import { nodeDisk } from '../store/disk.ts';
import { withAdvice } from '../store/errors.ts';
import { compareWithReceipt, parseReceipt } from '../store/receipt.ts';
import { type DrawReport, verifyDraw } from '../store/verify.ts';
import { tell } from './store-command.ts';
import { typed } from './typed.ts';

type Options = { head?: string; receipt?: string; ca?: string; json?: boolean };

/**
 * `quiniela verify DIR`: checks a draw's folder without a server; 2 at the first byte that is not as it was, and if it
 * is not the folder of which a hash or a receipt was kept, or not all of it is signed by agencies of the authority.
 */
export const run = async (dir: string, { head, receipt: file, ca, json }: Options): Promise<number> => {
  if (head !== undefined && !isSha256(head)) {
    throw new UserError(
      'ARGUMENT',
      `cannot verify: ${typed('head')} is ${quoteText(head)}, expected a SHA-256, 64 hex digits`,
    );
  }
  const receipt = file === undefined ? undefined : readReceipt(file);
  const authorities = ca === undefined ? undefined : readAuthorities(ca);
  return tell(async () => {
    try {
      const report = await verifyDraw(dir, nodeDisk(), { kept: head, authorities });
      if (receipt) compareWithReceipt(report, receipt, dir);
      if (json) return { lines: [JSON.stringify(dataOf(report))], exitCode: 0 };
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

/** For programs: how many won, not who. */
const dataOf = ({ draw, state, commits, bets, bytes, agencies, winners, head, last }: DrawReport) => ({
  draw,
  state,
  commits,
  bets,
  bytes,
  head: head ?? null,
  last,
  agencies: [...agencies].map(([agency, { stored, singles, sha, signed }]) => ({
    agency,
    stored,
    singles,
    sha256: sha,
    signed,
    winners: winners ? (winners.get(agency)?.length ?? 0) : null,
  })),
});

const textOf = (file: string): string => {
  try {
    return readRegularSync(file);
  } catch (cause) {
    throw new UserError('RECEIPT', `cannot read the receipt "${file}": ${reasonOf(cause)}`, { cause });
  }
};

const readReceipt = (file: string): Receipt => {
  const receipt = parseReceipt(textOf(file));
  if (!receipt) throw new UserError('RECEIPT', `cannot read "${file}": it is no receipt of a draw`);
  return receipt;
};
