/** A whole file, read as an upload would read it, and nothing sent: its form, its bets, its bad rows. */
import type { Tally } from '../../machines/vocabulary/bet-file.ts';
import { FILE_CHUNK_BYTES, INVALID_ROWS_TOLD } from '../limits.ts';
import type { BetRules } from '../lottery/rules.ts';
import { BatchEncoder, type BatchEncoderOptions } from '../protocol/batch-encoder.ts';
import type { InvalidRow } from '../protocol/invalid-row.ts';
import { othersTurn } from '../runtime/time.ts';
import { refuseAlike } from './alike.ts';
import type { FileForm } from './form.ts';
import { canonicalForm, type Readable } from './glance.ts';
import { recognise } from './recognise.ts';

export type Survey = {
  tally: Tally;
  /** Of the rows of the bets. */
  crc: number;
  /** The first ones. */
  invalidRows: readonly InvalidRow[];
  /** Whether it is of the whole file. */
  isWhole: boolean;
  /** Whether its last row has no line end. */
  isCut: boolean;
};

type SurveyOptions = Omit<BatchEncoderOptions, 'skip' | 'maxAmount'> & {
  /** Bets to read; all unless told. */
  upTo?: number;
  /** Bytes to read, and no row that goes on after them; all unless told. */
  upToBytes?: number | undefined;
  /** Rows that are no bets; all unless told. */
  upToInvalid?: number | undefined;
};

/** A file's form and what was found in it. */
export type Examined = Survey & { form: FileForm };

/**
 * What an upload would find.
 *
 * @throws {UserError} `DATA_FILE` if it is none that can be read
 */
export const examine = async (
  file: Readable,
  options: Omit<SurveyOptions, 'form'> & { rules: BetRules },
): Promise<Examined> => {
  const form = await canonicalForm(file, options.rules);
  // Whatever is odd is judged by what all of the file is: see examineOdd.
  const found = form && { form, ...(await survey(file, options)) };
  return found?.tally.invalid === 0 ? found : examineOdd(file, options);
};

/**
 * The same of a file of which something is known to be odd.
 *
 * @throws {UserError} `DATA_FILE` if it is none that can be read, or none of its rows can be a bet
 */
export const examineOdd = async (
  file: Readable,
  options: Omit<SurveyOptions, 'form'> & { rules: BetRules },
): Promise<Examined> => {
  const form = await recognise(file, options.rules, options.upToBytes);
  const found = await survey(file, { ...options, form });
  refuseAlike(form, found);
  return { form, ...found };
};

export const survey = async (file: Readable, options: SurveyOptions): Promise<Survey> => {
  const encoder = new BatchEncoder({
    ...options,
    maxAmount: 1,
    skip: options.upTo ?? Number.POSITIVE_INFINITY,
  });
  const chunk = Buffer.allocUnsafeSlow(FILE_CHUNK_BYTES);
  const { upToBytes = Number.POSITIVE_INFINITY, upToInvalid = Number.POSITIVE_INFINITY } = options;
  const invalidRows: InvalidRow[] = [];
  let invalid = 0;
  const found = ({ count, crc }: { count: number; crc: number }, isWhole: boolean): Survey => ({
    tally: { bets: count, invalid },
    crc,
    invalidRows,
    isWhole,
    isCut: encoder.isCut,
  });
  for (let position = 0; ; ) {
    const step = encoder.next();
    switch (step?.kind) {
      case undefined: {
        const { bytesRead } = await file.read(chunk, 0, FILE_CHUNK_BYTES, position);
        if (bytesRead > 0 && position >= upToBytes) return found(encoder.standing(), false);
        position += bytesRead;
        if (bytesRead > 0) encoder.push(chunk.subarray(0, bytesRead));
        else encoder.end();
        break;
      }
      case 'invalidRow':
        invalid += step.rows;
        if (invalidRows.length < INVALID_ROWS_TOLD) invalidRows.push(step);
        if (invalid >= upToInvalid) return found(encoder.standing(), false);
        break;
      case 'pause':
        await othersTurn();
        break;
      case 'positioned':
        return found(step, true);
    }
  }
};
