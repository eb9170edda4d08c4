/** What is a bet in an agency's file, and how many rows may be none: the same for an upload and for a check. */
import type { InvalidLimit } from '../../machines/agency/upload.ts';
import { STANDARD_RULES, WIDEST_RULES } from '../lottery/rules.ts';
import type { KeyTable } from './keys.ts';
import { invalidLimit, wholeNumber, yesNo } from './values.ts';

export type RowConfig = {
  maxInvalid: InvalidLimit;
  maxNumber: number;
  shortDocuments: boolean;
};

export const highestNumber = wholeNumber(STANDARD_RULES.maxNumber, WIDEST_RULES.maxNumber);

export const ROW_KEYS: KeyTable<RowConfig> = {
  // An agency leaves out a stray row. A file that is read in the wrong way, or is the wrong file, is full of them.
  maxInvalid: {
    path: 'data.maxInvalid',
    variable: 'CLI_DATA_MAXINVALID',
    type: invalidLimit,
    default: '1%, at least 10',
    about:
      'how many rows of the file may be no bets; with more, the agency does not say DONE, and its exit code is 1',
  },
  maxNumber: {
    path: 'lottery.maxNumber',
    variable: 'CLI_LOTTERY_MAXNUMBER',
    type: highestNumber,
    default: String(STANDARD_RULES.maxNumber),
    about: "the highest number that can be bet on; the server's LOTTERY_MAX_NUMBER must be at least as high",
  },
  shortDocuments: {
    path: 'lottery.shortDocuments',
    variable: 'CLI_LOTTERY_SHORTDOCUMENTS',
    type: yesNo,
    default: 'no',
    about:
      "whether documents of 7 digits are accepted too; the server's LOTTERY_SHORT_DOCUMENTS must be the same",
  },
};
