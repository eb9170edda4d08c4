/** A first row that names the columns. */
import { UserError } from '../errors.ts';
import { onOneLine } from '../printable.ts';

/** How the columns of a bet are called, in their order. */
const NAMES = [
  /nom|first|given/,
  /apel|last|sur/,
  /doc|dni|cedula/,
  /nac|birth|fecha|date/,
  /num|bet|apuesta/,
];
const ORDER = 'first name, last name, document, birthdate, number';

/** Five names or more, and no digit in any: a bet has a document, a date and a number. */
export const isHeader = (row: readonly Buffer[]): boolean => {
  const names = row.map((field) => field.toString().trim()).filter((name) => name !== '');
  return names.length >= 5 && names.every((name) => /\p{L}/u.test(name) && !/\d/.test(name));
};

const plainNames = (row: readonly Buffer[]): string[] => {
  const names = row.map((name) =>
    name.toString().trim().normalize('NFD').replace(/\p{M}/gu, '').toLowerCase(),
  );
  return names[0]?.includes('agenc') ? names.slice(1) : names;
};

/** @throws {UserError} `DATA_FILE` if a column has the name of another, which does not have its own */
export const checkColumnOrder = (header: readonly Buffer[]): void => {
  const plain = plainNames(header);
  const has = (column: number, kind: number): boolean => NAMES[kind]!.test(plain[column] ?? '');
  const own = NAMES.map((_, column) => has(column, column));
  const isMisplaced = NAMES.some(
    (_, column) => !own[column] && NAMES.some((_, kind) => has(column, kind) && !own[kind]),
  );
  if (isMisplaced) {
    const said = header.map((name) => name.toString().trim()).slice(-plain.length);
    const shown = onOneLine(said.slice(0, 5).join(', ').slice(0, 120));
    throw new UserError('DATA_FILE', `its columns are ${shown}, expected ${ORDER}`);
  }
};

/** Names that a row must have to be taken for a header wherever it stands: people's names may hold one. */
const NAMES_SURE = 3;

/**
 * What a row that is no bet says of all others: files that were put one behind the other may have their columns in
 * different orders, and a conflict that Git has left has the same bets twice.
 *
 * @throws {UserError} `DATA_FILE`
 */
export const checkRowsAround = (row: readonly Buffer[]): void => {
  if (/^(<{7}|>{7}) /.test(row[0]!.toString('latin1', 0, 8))) {
    throw new UserError(
      'DATA_FILE',
      'it has a conflict that Git could not merge: both sides of it stand there',
    );
  }
  const known = plainNames(row).filter((name) => NAMES.some((kind) => kind.test(name)));
  if (known.length >= NAMES_SURE && isHeader(row)) checkColumnOrder(row);
};
