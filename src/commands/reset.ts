import { agencyNumber } from '../config/values.ts';
import { UserError } from '../errors.ts';
import { quoteText } from '../printable.ts';
import { nodeDisk } from '../store/disk.ts';
import { resetAgency } from '../store/reset.ts';
import { tell } from './store-command.ts';
import { typed } from './typed.ts';

/** `quiniela reset --agency N DIR`: one agency begins anew. @throws {UserError} `ARGUMENT` */
export const run = (
  dir: string,
  { agency: text, force = false }: { agency?: string; force?: boolean },
): Promise<number> => {
  const agency = agencyNumber.parse(text ?? '');
  if (agency === undefined) {
    throw new UserError(
      'ARGUMENT',
      `cannot set an agency back: ${typed('agency')} is ${text === undefined ? 'missing' : quoteText(text)}, must be ${agencyNumber.allowed}`,
    );
  }
  return tell(async () => ({
    lines: await resetAgency({ dir, disk: nodeDisk(), agency, now: Date.now, force }),
    exitCode: 0,
  }));
};
