/** A DONE that is signed: what the one side says is what the other hears, whatever the key and the draw. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SIGNATURE_BYTES } from '../../src/limits.ts';
import { encodeStatement } from '../../src/protocol/encoder.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { everyCut, feed } from '../support/chunks.ts';

const statements = fc.record({
  draw: fc.stringMatching(/^[a-z0-9-]{1,64}$/),
  agency: fc.nat(10_000),
  count: fc.nat(Number.MAX_SAFE_INTEGER),
  crc: fc.nat(0xffff_ffff),
  sha: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
});

const signatures = fc
  .uint8Array({ minLength: 1, maxLength: SIGNATURE_BYTES })
  .map((bytes) => Buffer.from(bytes).toString('base64'));

test('a signed DONE is heard as it was said, and signs what it says', () => {
  fc.assert(
    fc.property(statements, signatures, ({ draw, agency, count, crc, sha }, signature) => {
      const signed: unknown[] = [];
      const done = { kind: 'done', agency, count, crc, signs: { draw, sha } } as const;
      const bytes = encodeStatement(done, (statement) => {
        signed.push(statement);
        return signature;
      });
      assert.deepEqual(signed, [{ draw, agency, count, crc, sha }]);
      const decoder = new ServerDecoder({ certificate: () => 'a certificate' });
      const wire = Buffer.concat([Buffer.from(`HELLO:${agency}\n`), bytes]);
      const proof = { sha, signature, certificate: 'a certificate' };
      assert.deepEqual(feed(decoder, wire, [wire.length - 5]).at(-1), {
        ...{ type: 'client.done', agency, count, crc, proof },
      });
    }),
  );
});

const SHA = 'ab'.repeat(32);

test('however it is cut', () => {
  const wire = Buffer.from(`HELLO:7\nDONE:7:2:3:${SHA}:AAEC\n`);
  const proof = { sha: SHA, signature: 'AAEC', certificate: 'c' };
  for (const cuts of everyCut(wire)) {
    const last = feed(new ServerDecoder({ certificate: () => 'c' }), wire, cuts).at(-1);
    assert.deepEqual(last, { type: 'client.done', agency: 7, count: 2, crc: 3, proof }, `cut at ${cuts}`);
  }
});

test('without TLS on the one side or the other DONE is what it was', () => {
  const done = { kind: 'done', agency: 7, count: 2, crc: 3 } as const;
  const sign = () => assert.fail('nothing is to be signed');
  assert.equal(String(encodeStatement(done, sign)), 'DONE:7:2:3\n');
  assert.equal(String(encodeStatement({ ...done, signs: { draw: '1', sha: SHA } })), 'DONE:7:2:3\n');
  const heard = { type: 'client.done', agency: 7, count: 2, crc: 3 };
  for (const line of ['DONE:7:2:3\n', `DONE:7:2:3:${SHA}:AAEC\n`]) {
    const wire = Buffer.from(`HELLO:7\n${line}`);
    assert.deepEqual(feed(new ServerDecoder(), wire, []).at(-1), heard);
    assert.deepEqual(feed(new ServerDecoder({ certificate: () => undefined }), wire, []).at(-1), heard);
  }
  const wire = Buffer.from('HELLO:7\nDONE:7:2:3\n');
  assert.deepEqual(feed(new ServerDecoder({ certificate: () => 'c' }), wire, []).at(-1), heard);
});
