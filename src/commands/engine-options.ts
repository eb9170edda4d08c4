import { reasonOf, UserError } from '../errors.ts';
import { readRegularSync } from '../input/regular-file.ts';
import type { EngineAddress } from '../nats/connection.ts';

type Files = { creds: string | undefined; ca: string | undefined };

/** How to reach an engine. @throws UserError STORE_CREDS, STORE_CA if a file cannot be read */
export const engineAddress = (servers: readonly string[], { creds, ca }: Files): EngineAddress => ({
  servers,
  creds: read('STORE_CREDS', creds),
  ca: read('STORE_CA', ca)?.toString(),
});

function read(name: string, file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined;
  try {
    return Buffer.from(readRegularSync(file));
  } catch (cause) {
    throw new UserError(name, `cannot read ${name} "${file}": ${reasonOf(cause)}`, { cause });
  }
}
