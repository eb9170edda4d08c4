/** What an agency's file is, and what an upload of it would come to, in words: before anybody uploads. */
import { allowedInvalid, type InvalidLimit } from '../../machines/agency/upload.ts';
import { EXIT_FAILED } from '../../machines/exit-codes.ts';
import { codeOf, systemExitCode, UserError } from '../errors.ts';
import type { BetRules } from '../lottery/rules.ts';
import { COUNTING } from './glance.ts';
import { cannotRead, openInputFile } from './input-file.ts';
import { reportLines } from './report.ts';
import { examine, type Survey } from './survey.ts';

/** `good`: every row is a bet; `fair`: some are left out; `bad`: nothing would be said DONE; `unread`. */
type Verdict = 'good' | 'fair' | 'bad' | 'unread';

type Checked = {
  verdict: Verdict;
  lines: readonly string[];
  /** 0 if it is good, 1 if not; of what an upload refuses, or cannot read, the code that the upload ends with. */
  exitCode: number;
};

type CheckOptions = {
  /** Undefined: anybody's. */
  agency: number | undefined;
  config: BetRules & { maxInvalid: InvalidLimit };
  /** Bytes that are looked at; all unless told. */
  upToBytes?: number;
  /** Rows that are no bets, after which no more are looked at; all unless told. */
  upToInvalid?: number;
  /** openInputFile unless told. */
  open?: typeof openInputFile;
};

/** What the rest of a file holds may make up for its beginning, unless nothing there is a bet. */
const verdictOf = ({ tally: { bets, invalid }, isWhole }: Survey, allowed: number): Verdict => {
  if (invalid === 0) return 'good';
  return invalid > allowed && (isWhole || bets === 0) ? 'bad' : 'fair';
};

export const checkFile = async (
  path: string,
  { agency, config, upToBytes, upToInvalid, open = openInputFile }: CheckOptions,
): Promise<Checked> => {
  try {
    const file = await open(path);
    const options = { ...COUNTING, agency, rules: config, upToBytes, upToInvalid };
    const look = async () => ({ ...(await examine(file, options)), change: await file.change() });
    const { form, change, ...found } = await look().finally(() => file.close());
    if (change !== undefined)
      return {
        verdict: 'unread',
        lines: [`${change}: it was changed while it was read`],
        exitCode: EXIT_FAILED,
      };
    const allowed = allowedInvalid(config.maxInvalid, found.tally);
    const verdict = verdictOf(found, allowed);
    const lines = reportLines(path, form, found, allowed);
    return { verdict, lines, exitCode: verdict === 'good' ? 0 : EXIT_FAILED };
  } catch (error) {
    if (!(error instanceof UserError) && codeOf(error) === undefined) throw error;
    return { verdict: 'unread', lines: [cannotRead(path, error)], exitCode: systemExitCode(error) };
  }
};
