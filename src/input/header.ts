/** A first row that names the columns. */
import { UserError } from '../errors.ts';

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

/** @throws {UserError} `DATA_FILE` if a column has the name of another, which does not have its own */
export const checkColumnOrder = (header: readonly string[]): void => {
  const plain = header.map((name) => name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase());
  const has = (column: number, kind: number): boolean => NAMES[kind]!.test(plain[column] ?? '');
  const own = NAMES.map((_, column) => has(column, column));
  const isMisplaced = NAMES.some(
    (_, column) => !own[column] && NAMES.some((_, kind) => has(column, kind) && !own[kind]),
  );
  if (isMisplaced) {
    const said = header
      .slice(0, 5)
      .map((name) => name.trim())
      .join(', ')
      .slice(0, 120);
    throw new UserError('DATA_FILE', `its columns are ${said}, expected ${ORDER}`);
  }
};
