/** A bet, how it is checked, and how it is written on the wire. */
import type { Dialect } from '../../machines/vocabulary/wire.ts';
import { writeRawName, writeWireName } from './row.ts';
import {
  type BetFields,
  type BetRules,
  betNumber,
  expected,
  FIELD_NAMES,
  faultOf,
  NOT_IN_TP0,
  STANDARD_RULES,
  type TypedFault,
  tp0FaultOf,
} from './rules.ts';

export type Bet = {
  /** From 1. */
  agency: number;
  /** Not empty, at most 64 bytes of UTF-8, no NUL. */
  firstName: string;
  /** The same. */
  lastName: string;
  /** 8 digits, or 7 if the rules say so; leading zeros are part of it. */
  document: string;
  /** A real date, YYYY-MM-DD. */
  birthdate: string;
  /** 0 to 9999, or more if the rules say so. */
  number: number;
};

/** A bet as somebody typed it: nothing is checked yet. */
export type BetText = { [Field in Exclude<keyof Bet, 'agency'>]: string };

type BetCheck =
  | { ok: true; bet: Bet }
  /** `text` says what was given and what is allowed. */
  | { ok: false; fault: TypedFault; field: keyof BetText; text: string };

const FIELD_OF: Readonly<Record<TypedFault, keyof BetText>> = {
  FIRST_NAME: 'firstName',
  LAST_NAME: 'lastName',
  DOCUMENT: 'document',
  BIRTHDATE: 'birthdate',
  NUMBER: 'number',
};

/** A string that is no Unicode text has no UTF-8. The byte 0xFF takes its place, and fails the rule that such bytes
 * fail. */
const bytesOf = (text: string): Buffer => (text.isWellFormed() ? Buffer.from(text) : Buffer.of(0xff));

const fieldsOf = (bet: BetText): BetFields => [
  bytesOf(bet.firstName),
  bytesOf(bet.lastName),
  bytesOf(bet.document),
  bytesOf(bet.birthdate),
  bytesOf(bet.number),
];

/**
 * Checks a bet given as text, as the server would, and tells the first broken rule in the order of the fields. The TP0
 * dialect also needs names that it can say.
 */
export const checkBet = (
  agency: number,
  given: BetText,
  dialect: Dialect = 'quiniela',
  rules: BetRules = STANDARD_RULES,
): BetCheck => {
  const fields = fieldsOf(given);
  const refuse = (fault: TypedFault, why: string): BetCheck => {
    const field = FIELD_OF[fault];
    return {
      ok: false,
      fault,
      field,
      text: `${FIELD_NAMES[fault]} is ${JSON.stringify(given[field])}, ${why}`,
    };
  };
  const fault = faultOf(fields, rules);
  if (fault !== undefined) return refuse(fault, `expected ${expected(fault, rules)}`);
  const unsayable = dialect === 'tp0' ? tp0FaultOf(fields) : undefined;
  if (unsayable !== undefined) return refuse(unsayable, `it ${NOT_IN_TP0}`);
  return { ok: true, bet: { agency, ...given, number: betNumber(fields[4], rules) } };
};

/**
 * The bet as an agency says it, with `,` `;` `%` and control characters of names as `%2C`; the TP0 dialect says names
 * as they are. The bet must have been checked for the same dialect.
 */
export const wireBet = (bet: Bet, dialect: Dialect = 'quiniela'): Buffer => {
  const writeName = dialect === 'tp0' ? writeRawName : writeWireName;
  const first = bytesOf(bet.firstName);
  const last = bytesOf(bet.lastName);
  const out = Buffer.allocUnsafe(3 * (first.length + last.length) + 64);
  let at = out.write(`${bet.agency},`);
  at = writeName(first, out, at);
  at += out.write(',', at);
  at = writeName(last, out, at);
  at += out.write(`,${bet.document},${bet.birthdate},${bet.number}`, at);
  return out.subarray(0, at);
};
