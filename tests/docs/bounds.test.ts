import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as bounds from '../../src/limits.ts';
import { pageOf } from './pages.ts';

const BOUNDS = new Map<string, unknown>(Object.entries(bounds));

/** Numbers that pages say, `{NAME}` for a bound, `{NAME s}` for milliseconds as seconds. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  'docs/operations.md': [
    'a line that an agency sends | {LINE_BYTES} bytes',
    'a first or last name | {NAME_BYTES} bytes',
    'bets of a batch | {BATCH_BETS} (`batch.maxAmount`), or {LINE_BYTES} bytes',
    'agencies of a draw | {MOST_AGENCIES} |',
    '{SINGLE_BETS_OF_AN_AGENCY} of an agency, {SINGLE_BETS} of a draw',
    "no agency's session | {CONNECTIONS} (`SERVER_MAX_CONNECTIONS`)",
    'who is calling | {IDENTIFY_MS s} s (',
    'a line that was begun | {FRAME_MS s} s (',
    'a graceful shutdown | {SHUTDOWN_MS s} s; of a server of many {ENGINE_SHUTDOWN_MS s} s',
    'exits 0 in less than {SHUTDOWN_MS s} seconds',
    'One of many servers exits in less than {ENGINE_SHUTDOWN_MS s},',
    'A line names {AGENCIES_NAMED} agencies at most',
  ],
  'docs/protocol.md': [
    'has at most {LINE_BYTES} bytes',
    'pauses for {PAUSE_MS} ms',
    'more than {WINNERS_OF_A_LINE} documents',
    'each line has at most {REPLY_LINE_BYTES} bytes',
    'at most {NAME_BYTES} bytes of UTF-8',
    'at most {SIGNATURE_BYTES} bytes of signature',
    '`ERROR:MALFORMED` after {REJECTIONS} |',
    '{SINGLE_BETS_OF_AN_AGENCY} of an agency, {SINGLE_BETS} of a draw',
    'nothing follows for {PAUSE_MS} ms',
    'lines of at most {TP0_READ_BYTES} bytes',
  ],
  'docs/input-files.md': [
    'longer\nthan any name ({NAME_BYTES} bytes)',
    'A line over {LINE_BYTES} bytes is dropped',
    'longer than any bet ({LONGEST_ROW_BYTES} bytes) counts as one row\nfor each {SHORT_ROW_BYTES} of them',
    'The first {INVALID_ROWS_TOLD} are logged',
  ],
  'docs/security.md': [
    'a warning from {EXPIRY_DAYS} days',
    'warns at its start from {EXPIRY_DAYS} days on',
    '`SERVER_IDENTIFY_TIMEOUT`, {IDENTIFY_MS s} s |',
    'handshakes under way | {HANDSHAKES}, of one address {HANDSHAKES_OF_ADDRESS}; {HANDSHAKE_MS s} s each',
    '{UNIDENTIFIED_OF_ADDRESS} more than there are agencies of one address, {UNIDENTIFIED} in all',
    'echo sessions | {ECHOES_OF_ADDRESS} of an address, {ECHOES} in all',
    'no more than a line ({LIGHT_BYTES} bytes)',
    '{SESSION_LOG_LINES} of the echoes of a session; {SPARE_LINES_PER_SECOND} a second of all',
  ],
  'docs/ejercicios.md': ['una pausa de {PAUSE_MS} ms', 'en menos de {SHUTDOWN_MS s} segundos'],
};

const withNumbers = (sentence: string): string =>
  sentence.replace(/\{(\w+)( s)?\}/g, (_, name: string, isSeconds?: string) => {
    const bound = BOUNDS.get(name);
    assert.ok(typeof bound === 'number', name);
    return (isSeconds ? bound / 1_000 : bound).toLocaleString('en');
  });

describe('a bound that a page says is that of src/limits.ts', () => {
  for (const [path, sentences] of Object.entries(SAID)) {
    for (const sentence of sentences)
      test(`${path}: ${sentence}`, () =>
        assert.ok(pageOf(path).text.includes(withNumbers(sentence)), withNumbers(sentence)));
  }
});
