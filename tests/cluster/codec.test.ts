import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EXIT_PERMANENT } from '../../machines/exit-codes.ts';
import { decodeFacts, encodeFacts, factsOf } from '../../src/cluster/codec.ts';
import type { Fact } from '../../src/cluster/entry.ts';
import { ENTRY_FACTS, ENTRY_FACTS_BYTES } from '../../src/limits.ts';

const count = fc.maxSafeNat();
const crc = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const text = fc.string({ minLength: 1, maxLength: 64, unit: 'binary' });
const sha = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 })
  .map((d) => d.join(''));
const dialect = fc.constantFrom('quiniela' as const, 'tp0' as const);
const inSession = { agency: count, session: text };
const withRows = { bytes: count, sha };

const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({
    kind: fc.constant('begin' as const),
    draw: text,
    agencies: count,
    first: count,
    rules: fc.record({ maxNumber: count, shortDocuments: fc.boolean() }),
  }),
  fc.record({ kind: fc.constant('open' as const), after: fc.string(), ...inSession }),
  fc.record({
    kind: fc.constant('bets' as const),
    dialect,
    ...{ from: count, next: count, before: crc, after: crc },
    ...inSession,
    ...withRows,
  }),
  fc.record({ kind: fc.constant('single' as const), id: text, crc, ...inSession, ...withRows }),
  fc.record({ kind: fc.constant('done' as const), dialect, count, crc, ...inSession }),
  fc.record({
    ...{ kind: fc.constant('done' as const), dialect, count, crc, ...inSession },
    proof: fc.record({ sha, signature: text, certificate: text }),
  }),
  fc.record({ kind: fc.constant('draw' as const), of: sha, winners: sha }),
  fc.record({ kind: fc.constant('told' as const), agency: count }),
  fc.record({ kind: fc.constant('closed' as const) }),
);

const entry = (facts: string) => ({ sequence: 7, id: 'one', facts });

test('any facts come back from one line of ASCII as they were', () => {
  const isSame = (facts: Fact[]) => {
    const line = encodeFacts(facts);
    assert.match(line, /^[ -~]*$/);
    assert.deepEqual(decodeFacts(entry(line)), structuredClone(facts));
  };
  fc.assert(fc.property(fc.array(anyFact, { maxLength: 20 }), isSame));
});

test('as many facts as an entry may have fit, however long each is', () => {
  const most = Number.MAX_SAFE_INTEGER;
  const longest: Fact = {
    kind: 'bets',
    agency: 10_000,
    session: 'S'.repeat(21),
    dialect: 'quiniela',
    ...{ from: most, next: most, before: 2 ** 32 - 1, after: 2 ** 32 - 1, bytes: most },
    sha: 'f'.repeat(64),
  };
  const single: Fact = {
    kind: 'single',
    ...{ agency: 10_000, session: 'S'.repeat(21), id: 'i'.repeat(64), crc: 2 ** 32 - 1, bytes: 999 },
    sha: 'f'.repeat(64),
  };
  for (const fact of [longest, single]) {
    assert.ok(encodeFacts(Array(ENTRY_FACTS).fill(fact)).length <= ENTRY_FACTS_BYTES);
  }
});

test('facts that another version wrote, or nobody, stop a server: it would fold something else than the others', () => {
  const refused = (line: string, found: string) =>
    assert.throws(
      () => decodeFacts(entry(line)),
      {
        code: 'FOREIGN',
        exitCode: EXIT_PERMANENT,
        message: `entry 7 of the log: ${found}, this server reads facts of version 1`,
      },
      line,
    );
  refused('{"v":2,"facts":[]}', 'version 2');
  for (const line of [
    '',
    'no JSON',
    'null',
    '7',
    '{"v":1}',
    '{"v":1,"facts":[null]}',
    '{"v":1,"facts":[{"kind":"toString"}]}',
    '{"v":1,"facts":[{"kind":"told"}]}',
    '{"v":1,"facts":[{"kind":"told","agency":-1}]}',
    '{"v":1,"facts":[{"kind":"open","agency":1,"session":""}]}',
    '{"v":1,"facts":[{"kind":"draw","of":"x","winners":"y"}]}',
  ]) {
    refused(line, `"${line}"`);
  }
});

test('the rows of an entry’s facts follow one another: each begins where those before it end', () => {
  fc.assert(
    fc.property(fc.array(anyFact, { maxLength: 8 }), (facts) => {
      const entry = { sequence: 7, id: 'a', facts: encodeFacts(facts), at: 1, rows: Buffer.alloc(0) };
      const lengths = facts.map((fact) => ('bytes' in fact ? fact.bytes : 0));
      const starts = facts.map((_, index) => lengths.slice(0, index).reduce((sum, bytes) => sum + bytes, 0));
      assert.deepEqual(
        factsOf(entry).map(({ place }) => place),
        starts.map((row) => ({ sequence: 7, at: 1, row })),
      );
    }),
  );
});

test('what somebody published to the subject of a draw by mistake is no entry, and ends nobody', () => {
  assert.deepEqual(decodeFacts({ sequence: 7, id: '', facts: '' }), []);
});

test('what no server could read is not written: it would end each of them', () => {
  const open: Fact = { kind: 'open', agency: 1, session: '', after: '' };
  assert.throws(() => encodeFacts([open]), /a fact that cannot be written: .*"session":""/);
  const done = { kind: 'done', dialect: 'quiniela', agency: 1, session: 'a', count: 0, crc: 0 } as const;
  const proof = { sha: 'c0de', signature: 'AA==', certificate: 'AA==' };
  assert.doesNotThrow(() => encodeFacts([done, { ...done, proof }]));
  for (const bad of [null, 'AA==', { ...proof, signature: '' }, { sha: proof.sha }])
    assert.throws(() => encodeFacts([{ ...done, proof: bad as typeof proof }]), /cannot be written/);
});
