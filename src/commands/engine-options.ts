import { reasonOf, UserError } from '../errors.ts';
import { readRegularSync } from '../input/regular-file.ts';

/** The credentials for an engine. @throws UserError STORE_CREDS */
export const readCreds = (file: string): Buffer => {
  try {
    return Buffer.from(readRegularSync(file));
  } catch (cause) {
    throw new UserError('STORE_CREDS', `cannot read STORE_CREDS "${file}": ${reasonOf(cause)}`, { cause });
  }
};
