/** A store that asks for signatures: nobody finishes without one, and the journal keeps it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import type { Commit } from '../../src/store/commit.ts';
import { PROOFS } from '../../src/store/proofs.ts';
import { compareWithReceipt } from '../../src/store/receipt.ts';
import { recoverFolder } from '../../src/store/recover.ts';
import { resetAgency } from '../../src/store/reset.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { JOURNAL } from '../crash/sample-draw.ts';
import {
  agencies,
  agencyOf,
  authorities,
  authority,
  signedFinish,
  statementOf,
  stranger,
  strangers,
} from '../identity/signing.ts';
import { batch, brief, DIR, finish, NOON, open, single, tp0Batch } from './helpers.ts';

/** Stores a group with a server of its own, and with it everything that a start has to find out. */
const commit = async (
  disk: FaultDisk,
  requests: readonly StoreRequest[],
  server: 'signed' | 'plain' = 'signed',
) => {
  const { store } = await open(disk, DIR, { proofs: server === 'plain' ? undefined : PROOFS });
  const outcomes = await store.commit(requests);
  await store.close();
  return outcomes;
};

const commitsOf = (disk: FaultDisk): Commit[] =>
  disk
    .read(JOURNAL)
    .toString()
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Commit);

/** Agencies and counts of all that was signed. */
const signedIn = (disk: FaultDisk) =>
  commitsOf(disk).flatMap(({ signed = [] }) => signed.map(({ agency, count }) => [agency, count]));

const verify = (disk: FaultDisk, dir = DIR) => verifyDraw(dir, disk, { authorities });

const refusalOf = async (request: StoreRequest): Promise<string> => {
  const disk = new FaultDisk();
  const [, refused, right] = await commit(disk, [batch(1, 0, 5), request, signedFinish(1, 5)]);
  assert.ok(refused?.kind === 'refused');
  assert.equal(refused.fault, 'IDENTITY');
  assert.equal(right?.kind, 'finished', 'the right one is taken after it');
  assert.deepEqual(signedIn(disk), [[1, 5]]);
  return refused.text;
};

describe('DONE with the right count and CRC is refused', () => {
  test('without a signature', async () => {
    assert.equal(await refusalOf(finish(1, 5)), 'DONE of agency 1 is not signed');
    const empty = await commit(new FaultDisk(), [finish(1, 0), signedFinish(1, 0)]);
    assert.deepEqual(empty.map(brief), ['refused IDENTITY', 'finished 0'], 'also of no bets');
  });
  test('if other rows are signed', async () => {
    const sha = 'ab'.repeat(32);
    const stored = statementOf(1, 5).sha;
    const text = await refusalOf(signedFinish(1, 5, { says: { sha } }));
    assert.equal(text, `agency 1 signs SHA-256 ${sha}, its stored bets have ${stored}`);
  });
  test('if another draw, count or CRC is signed', async () => {
    for (const says of [{ draw: '2' }, { count: 4 }, { crc: 7 }]) {
      const text = await refusalOf(signedFinish(1, 5, { says }));
      assert.equal(text, "DONE of agency 1: the signature is not its certificate's");
    }
  });
  test('if it is signed with another agency’s certificate, or another key', async () => {
    const text = await refusalOf(signedFinish(1, 5, { by: agencies[2]! }));
    assert.equal(text, "DONE of agency 1: the certificate is agency 2's");
    const { key } = await agencyOf(authority, 1);
    const other = await refusalOf(signedFinish(1, 5, { by: { ...agencies[1]!, key } }));
    assert.equal(other, "DONE of agency 1: the signature is not its certificate's");
  });
  test('if the certificate is none', async () => {
    const { proof, ...done } = signedFinish(1, 5);
    assert.ok(proof);
    const text = await refusalOf({ ...done, proof: { ...proof, certificate: 'AAAA' } });
    assert.match(text, /^DONE of agency 1: the certificate cannot be read: /);
  });
});

test('a signature is of what is stored, however often the server was started, and whatever else is', async () => {
  const disk = new FaultDisk();
  await commit(disk, [batch(1, 0, 3), batch(2, 0, 2), tp0Batch(3, 0, 4), batch(1, 3, 4)], 'plain');
  await commit(disk, [single(1, 'a', 50), batch(2, 2, 7), single(2, 'b', 51), tp0Batch(3, 4, 5)]);
  await commit(disk, [batch(1, 0, 4), batch(1, 4, 6), batch(2, 7, 8), single(1, 'c', 52), batch(1, 5, 9)]);
  const done: StoreRequest = { kind: 'finish', agency: 3, count: undefined, crc: undefined };
  const outcomes = await commit(disk, [signedFinish(1, 9), signedFinish(2, 8), done, signedFinish(4, 0)]);
  assert.deepEqual(outcomes.map(brief), ['finished 9', 'finished 8', 'finished 5', 'finished 0']);
  assert.deepEqual(signedIn(disk), [
    [1, 9],
    [2, 8],
    [4, 0],
  ]);
  const { agencies: found } = await verifyDraw(DIR, disk);
  assert.deepEqual(
    [...found].map(([agency, { signed }]) => [agency, signed]),
    [
      [1, true],
      [2, true],
      [3, false],
      [4, true],
    ],
  );
});

test('one signature is kept, however often DONE is said', async () => {
  const disk = new FaultDisk();
  await commit(disk, [batch(1, 0, 3), ...Array(5).fill(signedFinish(1, 3))]);
  await commit(disk, Array(5).fill(signedFinish(1, 3)));
  assert.deepEqual(signedIn(disk), [[1, 3]]);
});

test('who had finished before the server asked for signatures signs later', async () => {
  const disk = new FaultDisk();
  await commit(disk, [batch(1, 0, 3), finish(1, 3)], 'plain');
  await assert.rejects(verify(disk), { code: 'UNPROVEN' });
  await commit(disk, [signedFinish(1, 3)]);
  assert.deepEqual(
    commitsOf(disk).map(({ done, signed }) => [done, signed?.length]),
    [
      [[1], undefined],
      [undefined, 1],
    ],
  );
  assert.equal((await verify(disk)).agencies.get(1)?.signed, true);
});

test('a signed DONE without bets holds until the agency comes again, and so does its signature', async () => {
  for (const isOneGroup of [true, false]) {
    const disk = new FaultDisk();
    const groups = [
      [signedFinish(1, 0)],
      [{ kind: 'open', agency: 1 } as const, batch(1, 0, 2)],
      [signedFinish(1, 2)],
    ];
    for (const group of isOneGroup ? [groups.flat()] : groups) await commit(disk, group);
    assert.deepEqual(
      signedIn(disk),
      isOneGroup
        ? [[1, 2]]
        : [
            [1, 0],
            [1, 2],
          ],
    );
    assert.equal((await verify(disk)).agencies.get(1)?.signed, true);
  }
});

test('a server that asks for none keeps none', async () => {
  const disk = new FaultDisk();
  await commit(disk, [batch(1, 0, 3), signedFinish(1, 3)], 'plain');
  assert.deepEqual(signedIn(disk), []);
});

describe('what is done to a folder leaves the others’ signatures as they were', () => {
  const filled = async (): Promise<FaultDisk> => {
    const disk = new FaultDisk();
    await commit(disk, [batch(1, 0, 3), batch(2, 0, 4), single(2, 'a', 50)]);
    await commit(disk, [signedFinish(1, 3), signedFinish(2, 4)]);
    return disk;
  };

  test('reset takes out the one that is set back', async () => {
    const disk = await filled();
    await resetAgency({ dir: DIR, disk, agency: 1, now: () => NOON, force: true });
    assert.deepEqual(signedIn(disk), [[2, 4]]);
    assert.equal((await verify(disk)).agencies.get(2)?.signed, true);
    await commit(disk, [batch(1, 0, 2), signedFinish(1, 2)]);
    assert.deepEqual(signedIn(disk), [
      [2, 4],
      [1, 2],
    ]);
    await verify(disk);
    assert.deepEqual((await verify(disk, `${DIR}/replaced-1`)).agencies.get(1)?.stored, 3);
  });

  test('recover gives up those of lines that are damaged: the agencies sign again', async () => {
    const disk = await filled();
    const journal = disk.read(JOURNAL);
    journal[journal.length - 100]! ^= 1;
    const damaged = FaultDisk.holding(disk.files().set(JOURNAL, journal));
    assert.equal(
      (await recoverFolder({ dir: DIR, disk: damaged, now: () => NOON, force: true })).isMended,
      true,
    );
    assert.deepEqual(signedIn(damaged), []);
    await commit(damaged, [signedFinish(1, 3), signedFinish(2, 4)]);
    assert.deepEqual(signedIn(damaged), [
      [1, 3],
      [2, 4],
    ]);
    await verify(damaged);
  });

  test('an archived draw is verified as before, and the next one has its own', async () => {
    const disk = await filled();
    await commit(disk, [{ kind: 'draw', winners: new Map() }, { kind: 'close' }]);
    const [, again] = await commit(disk, [batch(1, 0, 3), signedFinish(1, 3)]);
    assert.ok(
      again?.kind === 'refused' && again.fault === 'IDENTITY',
      'a signature of draw 1 is none of draw 2',
    );
    await commit(disk, [signedFinish(1, 3, { draw: '2' })]);
    await verify(disk);
    assert.equal((await verify(disk, `${DIR}/draw-0001`)).agencies.get(2)?.signed, true);
  });
});

test('a receipt of what was signed finds a folder with other rows, also if their CRC is the same', async () => {
  const disk = new FaultDisk();
  await commit(disk, [batch(1, 0, 3), signedFinish(1, 3)]);
  const report = await verify(disk);
  const { crc, sha } = statementOf(1, 3);
  const kept = { draw: '1', agency: 1, bets: 3, crc, winners: 0, head: 'none' };
  compareWithReceipt(report, kept, DIR);
  compareWithReceipt(report, { ...kept, sha }, DIR);
  const other = 'ab'.repeat(32);
  assert.throws(() => compareWithReceipt(report, { ...kept, sha: other }, DIR), {
    code: 'OTHER_DRAW',
    message: new RegExp(`SHA-256 ${sha}, not ${other}`),
  });
  assert.throws(() => compareWithReceipt(report, { ...kept, agency: 2, sha }, DIR), {
    message: new RegExp(`bets 0, not 3; .*SHA-256 none, not ${sha}`),
  });
});

describe('verify', () => {
  const linesOf = async (disk: FaultDisk, against: Parameters<typeof verifyDraw>[2]) =>
    (await verifyDraw(DIR, disk, against)).lines.filter((line) => /signature|signed/.test(line));

  test('says what was signed, and that nothing was checked without an authority', async () => {
    const disk = new FaultDisk();
    await commit(disk, [batch(1, 0, 3), batch(2, 0, 4), signedFinish(1, 3), single(2, 'a', 50)]);
    const { crc } = finish(1, 3) as { crc: number };
    const agency = `agency 1: 3 bets uploaded, CRC ${crc}, finished, signed`;
    assert.deepEqual(await linesOf(disk, {}), [
      agency,
      "not checked: the signatures of 1 agency; with the authority's certificate they are: --ca FILE",
    ]);
    assert.deepEqual(await linesOf(disk, { authorities }), [
      agency,
      'checked the signatures: 1 agency has signed its upload',
      '1 single bet: no signature covers those',
    ]);
  });

  test('has nothing to say of signatures where nobody signs', async () => {
    const disk = new FaultDisk();
    await commit(disk, [batch(1, 0, 3), finish(1, 3)], 'plain');
    assert.deepEqual(await linesOf(disk, {}), []);
  });

  test('names who has finished and signed nothing', async () => {
    const disk = new FaultDisk();
    await commit(disk, [batch(1, 0, 3), finish(1, 3), batch(2, 0, 1), finish(2, 1), finish(4, 0)], 'plain');
    await commit(disk, [signedFinish(2, 1)]);
    await assert.rejects(verify(disk), {
      code: 'UNPROVEN',
      exitCode: 2,
      message: /signed nothing .*: 1, 4$/,
    });
  });

  test('names whose certificate is of another authority, or was not good that day', async () => {
    const disk = new FaultDisk();
    await commit(disk, [batch(1, 0, 3), batch(2, 0, 1), signedFinish(1, 3)]);
    await commit(disk, [signedFinish(2, 1, { by: await agencyOf(stranger, 2) })]);
    const offset = disk.read(JOURNAL).indexOf('{"n":2');
    await assert.rejects(verify(disk), {
      code: 'UNPROVEN',
      message: `${JOURNAL}, line 3, byte ${offset}: what agency 2 signed: the certificate of CN=agency-2 is not signed by CN=Authority`,
    });
    await assert.rejects(verifyDraw(DIR, disk, { authorities: strangers }), {
      message: /line 2, .*agency 1 signed/,
    });
    await verifyDraw(DIR, disk, { authorities: [...authorities, ...strangers] });
    const together = new FaultDisk();
    const byStranger = signedFinish(2, 1, { by: await agencyOf(stranger, 2) });
    await commit(together, [batch(1, 0, 3), batch(2, 0, 1), signedFinish(1, 3), byStranger]);
    await assert.rejects(verify(together), { code: 'UNPROVEN', message: /line 2, .*what agency 2 signed/ });
    const past = { notBefore: new Date(0), notAfter: new Date(NOON - 1) };
    const expired = new FaultDisk();
    await commit(expired, [signedFinish(1, 0, { by: await agencyOf(authority, 1, past) })]);
    await assert.rejects(verify(expired), {
      message: /agency 1 signed: .* is good from 1970-01-01 to 2026-11-23, not on/,
    });
  });
});
