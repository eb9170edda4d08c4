/** A first row that names the columns. */
import { UserError } from '../errors.ts';
import { onOneLine } from '../printable.ts';

/** How the columns of a bet are called, in their order: in Spanish, Portuguese, English, French, Italian, German. */
const NAMES = [
  /(?<!sobre|cog)nom|first|given|forename|vorname/,
  /apel|last|sur|famil|sobrenom|cognom|nachname|zuname/,
  /doc|dni|cedula|ausweis/,
  /nac|nasc|birth|fecha|date|datum|geb|naiss/,
  /num|bet|apuesta|aposta/,
];

/** Beside them, `nom` and `Name` are those of the family. */
const FIRST_NAMES = /prenom|vorname/;
const ORDER = 'first name, last name, document, birthdate, number';

/** Names that a row must have to be taken for a header whatever else is in it: people's names may hold one. */
const NAMES_SURE = 3;

/** Five names or more, and no digit in any: a bet has a document, a date and a number. */
export const isHeader = (row: readonly Buffer[]): boolean => {
  if (row.length < 5) return false;
  const names = row.map((field) => field.toString().trim()).filter((name) => name !== '');
  if (names.length < 5 || !names.every((name) => /\p{L}/u.test(name))) return false;
  return names.every((name) => !/\d/.test(name)) || isSure(row);
};

/** `DNI (8 dígitos)` is a name as well. */
const isSure = (row: readonly Buffer[]): boolean =>
  plainNames(row).filter((name) => NAMES.some((kind) => kind.test(name))).length >= NAMES_SURE;

/** Without accents and capitals, and without that of the agency. */
const plainNames = (row: readonly Buffer[]): string[] => {
  const names = row.map((name) =>
    name.toString().trim().normalize('NFD').replace(/\p{M}/gu, '').toLowerCase(),
  );
  const ofBet = /agen[ct]/.test(names[0] ?? '') ? names.slice(1) : names;
  if (!ofBet.some((name) => FIRST_NAMES.test(name))) return ofBet;
  return ofBet.map((name) => name.replace(/^(nom|name)\b/, 'surname'));
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
    const said = header.map((name) => name.toString().trim() || '""').slice(-plain.length);
    const shown = onOneLine(said.slice(0, 5).join(', ').slice(0, 120));
    throw new UserError('DATA_FILE', `its columns are ${shown}, expected ${ORDER}`);
  }
};

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
  if (isHeader(row) && isSure(row)) checkColumnOrder(row);
};
