/** What agencies sign, and what is held to it. */
import type { Bug } from '../bug.ts';

const PROOFS = 'src/store/proofs.ts';
const SIGNATURES = 'src/store/signatures.ts';

export const SIGNATURE_BUGS: readonly Bug[] = [
  {
    name: 'unsigned-done-taken',
    breaks: 'where certificates are asked for, nobody finishes without a signature',
    edits: [{ file: PROOFS, find: 'proofs.isAsked ? notSigned(agency) : undefined', put: 'undefined' }],
    seenBy: ['store/signed.test.ts'],
  },
  {
    name: 'signed-by-another-agency',
    breaks: 'a signature is of the agency whose upload it is',
    edits: [{ file: PROOFS, find: 'if (named !== statement.agency)', put: 'if (named === undefined)' }],
    seenBy: ['store/signed.test.ts'],
  },
  {
    name: 'signature-not-checked',
    breaks: 'a signature is of what is stored',
    edits: [
      {
        file: 'src/identity/proof.ts',
        find: 'if (!isSignature(signature)) return false;',
        put: 'if (isSignature(signature)) return true;',
      },
    ],
    seenBy: ['store/signed.test.ts'],
  },
  {
    name: 'hash-forgotten-by-a-restart',
    breaks: 'a server that was started again knows the rows that are to be signed',
    edits: [
      {
        file: 'src/store/draw-record.ts',
        find: 'if (this.proofs) this.#hash(commit, rows);',
        put: '',
      },
    ],
    seenBy: ['store/signed.test.ts'],
  },
  {
    name: 'hash-of-what-was-sent-only',
    breaks: 'an agency that goes on with its upload signs all of its rows',
    edits: [
      {
        file: 'src/protocol/batch-buffer.ts',
        find: 'this.#digest?.update(rows);',
        put: 'if (this.isSending) this.#digest?.update(rows);',
      },
    ],
    seenBy: ['input/signed.test.ts'],
  },
  {
    name: 'single-bets-signed',
    breaks: 'what an agency signs is its upload, whatever single bets it has',
    edits: [
      {
        file: 'src/store/draw-record.ts',
        find: 'runsOf(withoutLastRows(rows, ids.length))',
        put: 'runsOf(withoutLastRows(rows, 0 * ids.length))',
      },
    ],
    seenBy: ['store/signed.test.ts'],
  },
  {
    name: 'signature-left-by-reset',
    breaks: 'an agency that is set back has signed nothing',
    edits: [
      {
        file: 'src/store/reset.ts',
        find: 'left(signed, ({ agency: number }) => number)',
        put: 'signed',
      },
    ],
    seenBy: ['store/signed.test.ts'],
  },
  {
    name: 'signature-taken-out',
    breaks: 'verify --ca names who has signed nothing',
    edits: [{ file: SIGNATURES, find: 'finished && !signed', put: 'finished && signed === undefined' }],
    seenBy: ['store/signed.test.ts', 'store/signed-changes.test.ts'],
  },
  {
    name: 'certificate-of-any-day',
    breaks: 'a certificate vouches while it is good',
    edits: [
      {
        file: 'src/identity/trust.ts',
        find: 'if (validFromDate <= at && at <= validToDate)',
        put: 'if (validFromDate <= at || at <= validToDate)',
      },
    ],
    seenBy: ['identity/proof.test.ts'],
  },
  {
    name: 'first-signature-of-a-commit-only',
    breaks: 'verify --ca checks what each agency signed',
    edits: [
      {
        file: 'src/store/signatures.ts',
        find: 'for (const said of signed) {',
        put: 'for (const said of signed.slice(0, 1)) {',
      },
    ],
    seenBy: ['store/signed.test.ts'],
  },
];
