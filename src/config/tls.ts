/** The files of TLS: what a program shows of itself, and whose certificates it takes from the other side. */
import { UserError } from '../errors.ts';
import { type Key, type KeyTable, nameOf } from './keys.ts';
import { file } from './values.ts';

export type TlsConfig = {
  tlsCert: string | undefined;
  tlsKey: string | undefined;
  tlsCa: string | undefined;
};

/** `{id}` in the path of an agency's file stands for its number. */
export type TlsFiles = Readonly<{ cert: string; key: string; ca: string }>;

const OFF = 'none: no TLS';

export const tlsKey = (
  path: string,
  variable: string,
  about: string,
  defaultText = OFF,
): Key<string | undefined, unknown> => ({ path, variable, type: file, defaultText, about });

/**
 * What stands together, or not at all.
 *
 * @throws {UserError} `CONFIG_VALUE` naming what is missing
 */
export const allOrNone = <TConfig>(
  config: TConfig,
  table: KeyTable<TConfig>,
  fields: readonly (keyof TConfig)[],
): boolean => {
  const missing = fields.filter((field) => config[field] === undefined);
  if (missing.length === fields.length) return false;
  if (missing.length === 0) return true;
  const names = (some: readonly (keyof TConfig)[]) => some.map((field) => nameOf(table[field])).join(', ');
  throw new UserError(
    'CONFIG_VALUE',
    `invalid configuration: ${names(missing)} ${missing.length > 1 ? 'are' : 'is'} missing: ${names(fields)} go together`,
  );
};

export const TLS_FIELDS = ['tlsCert', 'tlsKey', 'tlsCa'] as const;

/** Undefined: no TLS. */
export const tlsFilesOf = ({ tlsCert: cert, tlsKey: key, tlsCa: ca }: TlsConfig): TlsFiles | undefined =>
  cert !== undefined && key !== undefined && ca !== undefined ? { cert, key, ca } : undefined;

/** The files of one agency. */
export const filesOf = ({ cert, key, ca }: TlsFiles, agency: number): TlsFiles => {
  const of = (path: string): string => path.replaceAll('{id}', String(agency));
  return { cert: of(cert), key: of(key), ca: of(ca) };
};
