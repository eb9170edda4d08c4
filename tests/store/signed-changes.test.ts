/** Nothing of a draw whose agencies have signed can be changed, not even by whoever computes all hashes anew. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import type { Identity } from '../../src/identity/authority.ts';
import type { Commit, Signed } from '../../src/store/commit.ts';
import { type Header, sealLine, sha256 } from '../../src/store/journal.ts';
import { PROOFS } from '../../src/store/proofs.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { BETS, JOURNAL } from '../crash/sample-draw.ts';
import { agencies, authorities, proofBy, signedFinish, statementOf } from '../identity/signing.ts';
import { batch, DIR, open, rowsOf } from './helpers.ts';

/** Agencies 1 and 2 with bets, and a draw. */
const sample = async (): Promise<FaultDisk> => {
  const disk = new FaultDisk();
  const { store } = await open(disk, DIR, { proofs: PROOFS });
  await store.commit([batch(1, 0, 3)]);
  await store.commit([batch(2, 0, 2), signedFinish(1, 3)]);
  await store.commit([signedFinish(2, 2)]);
  await store.commit([{ kind: 'draw', winners: new Map() }, { kind: 'close' }]);
  await store.close();
  return disk;
};

const SAMPLE = await sample();

const verify = (files: ReadonlyMap<string, Buffer>) =>
  verifyDraw(DIR, FaultDisk.holding(files), { authorities });

type Line = Header | Commit;

/** The journal's lines, without what chains them: 2 has what agency 1 signed. */
const linesOf = (disk: FaultDisk): Line[] =>
  disk
    .read(JOURNAL)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { prev: _, hash: __, ...fields } = JSON.parse(line);
      return fields;
    });

/** The same with some of one line's fields changed. */
const changedIn = (line: number, change: object): Line[] =>
  linesOf(SAMPLE).map((fields, at) => (at === line ? { ...fields, ...change } : fields));

/** Both files, with every hash of the journal made anew. */
const sealed = (lines: readonly Line[], bets = SAMPLE.read(BETS)): Map<string, Buffer> => {
  let prev = '';
  const journal = lines.map((fields) => {
    const { line, hash } = sealLine(fields, prev);
    prev = hash;
    return line;
  });
  return new Map([
    [JOURNAL, Buffer.concat(journal)],
    [BETS, bets],
  ]);
};

const signedIn = (line: number): Signed => {
  const fields = linesOf(SAMPLE)[line];
  const [signed] = (fields && 'signed' in fields && fields.signed) || [];
  assert.ok(signed);
  return signed;
};

const SIGNED = signedIn(2);

const withSigned = (change: Partial<Signed>): Map<string, Buffer> =>
  sealed(changedIn(2, { signed: [{ ...SIGNED, ...change }] }));

/** A letter or digit for another one. */
const turned = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

/** Another number of agency 1's second bet: each hash and CRC is that of it, also where it signed them. */
const otherRows = (by?: Identity): Map<string, Buffer> => {
  const old = rowsOf(1, 0, 3);
  const rows = Buffer.from(old.toString().replace(',1\r\n', ',7\r\n'));
  assert.notDeepEqual(rows, old);
  const is = { crc: crc32(rows), sha: sha256(rows) };
  const proof = by && proofBy(by, { ...statementOf(1, 3), ...is });
  const header = linesOf(SAMPLE).slice(0, 1);
  const first = changedIn(1, { agencies: [[1, 3, is.crc]], sha: is.sha }).slice(1, 2);
  const others = changedIn(2, { signed: [{ ...SIGNED, ...is, ...proof }] }).slice(2);
  return sealed(
    [...header, ...first, ...others],
    Buffer.concat([rows, SAMPLE.read(BETS).subarray(rows.length)]),
  );
};

test('as it is it is good, also with its hashes made anew', async () => {
  assert.equal((await verify(SAMPLE.files())).agencies.get(1)?.signed, true);
  assert.deepEqual(sealed(linesOf(SAMPLE)), SAMPLE.files());
});

describe('by whoever makes all hashes anew', () => {
  const notItsSignature = /what agency 1 signed: the signature is not its certificate's/;
  const changes: [what: string, files: Map<string, Buffer>, named: RegExp][] = [
    ['the draw', sealed(changedIn(0, { draw: '2' })), notItsSignature],
    ['the agency', withSigned({ agency: 2 }), /line 3, .*what agency 2 signed: it has not said DONE/],
    ['the count', withSigned({ count: 2 }), /line 3, .*what agency 1 signed: 2 bets, its rows are 3/],
    ['the CRC', withSigned({ crc: 7 }), /what agency 1 signed: CRC 7, its rows have \d+/],
    ['the SHA-256', withSigned({ sha: SIGNED.sha.replace(/./, 'x') }), /what agency 1 signed: SHA-256 x/],
    ["the SHA-256's spelling", withSigned({ sha: SIGNED.sha.toUpperCase() }), /agency 1 signed: SHA-256/],
    ['rows', otherRows(), notItsSignature],
    [
      'rows, signed by another agency',
      otherRows(agencies[2]),
      /agency 1 signed: the certificate is agency 2's/,
    ],
    ['the signature, taken out', sealed(changedIn(2, { signed: [] })), /signed nothing .*: 1$/],
    ['the signature, said twice', sealed(changedIn(3, { signed: [signedIn(3), SIGNED] })), /a second time/],
    [
      'the day',
      sealed(changedIn(2, { at: '2027-01-02T00:00:00.000Z' })),
      /good from 2026-01-01 to 2027-01-01/,
    ],
    ['the day, to none', sealed(changedIn(2, { at: 'yesterday' })), /what agency 1 signed: .*not on/],
  ];
  for (const [what, files, named] of changes) {
    test(`changed: ${what}`, async () => {
      await assert.rejects(verify(files), named);
    });
  }

  test('changed: each character of the signature and of the certificate', async () => {
    for (const part of ['signature', 'certificate'] as const) {
      for (let at = 0; at < SIGNED[part].length; at++) {
        const files = withSigned({ [part]: turned(SIGNED[part], at) });
        await assert.rejects(verify(files), { code: 'UNPROVEN', message: /line 3, .*what agency 1 signed/ });
      }
    }
  });
});

test('by whoever changes a byte: each is found, and its file named', async () => {
  for (const [path, content] of SAMPLE.files()) {
    for (let at = 0; at < content.length; at++) {
      const changed = Buffer.from(content);
      changed[at]! ^= 1;
      await assert.rejects(verify(SAMPLE.files().set(path, changed)), (error: Error) => {
        assert.match(error.message, new RegExp(path), `${path}, byte ${at}`);
        return true;
      });
    }
  }
});
