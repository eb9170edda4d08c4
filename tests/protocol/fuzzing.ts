/** Bytes that no peer should send and files as nobody should write them, in memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { ClientEvent } from '../../machines/vocabulary/wire.ts';
import { LINE_BYTES } from '../../src/limits.ts';
import { wireBet } from '../../src/lottery/bet.ts';
import { AgencyDecoder } from '../../src/protocol/agency-decoder.ts';
import { BatchEncoder, type BatchStep } from '../../src/protocol/batch-encoder.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { anyBet, anyName, plainName } from '../support/any-bet.ts';
import { feed } from '../support/chunks.ts';
import { fuzzSeed, mutate, type Random, randomCuts, randomFrom } from '../support/random.ts';
import { assertRows } from '../support/row-rules.ts';

/** Sessions that are right, to begin with. */
const sessions = (seed: number): Buffer[] => {
  const sample = (dialect: 'quiniela' | 'tp0') =>
    fc
      .sample(anyBet(dialect === 'tp0' ? plainName : anyName), { numRuns: 60, seed })
      .map((b) => `${wireBet(b, dialect)}`);
  const bets = sample('quiniela');
  const raw = sample('tp0');
  return bets.flatMap((first, at) => {
    const second = bets[(at + 1) % bets.length];
    return [
      `HELLO:7\nBATCH:0:${first};${second}\nBATCH:2:${second}\nDONE:7:3:1\n`,
      `HELLO:7\nBET:id:${first}\n`,
      `${raw[at]};${raw[(at + 1) % raw.length]}\n${raw[at]}\nDONE:7`,
      'DONE:7',
      `${raw[at]};`,
      `hola\n${first}\nchau`,
    ].map((text) => Buffer.from(text));
  });
};

/** Throws where a message says what no message may say. */
const check = (message: ClientEvent): void => {
  // A bad bet of the original may name no agency.
  const least = message.type.startsWith('client.bad') ? -1 : 0;
  if ('agency' in message) assert.ok(Number.isSafeInteger(message.agency) && message.agency >= least);
  switch (message.type) {
    case 'client.batch':
      assert.ok(message.dialect === 'tp0' ? message.offset === -1 : message.offset >= 0);
      assertRows(message.rows, message.agency, message.count);
      break;
    case 'client.bet':
    case 'client.tp0Bet': {
      const [row] = assertRows(message.row, Number.parseInt(`${message.row}`, 10), 1);
      assert.deepEqual(row?.slice(3), [message.document, row?.[4], `${message.number}`]);
      break;
    }
    case 'client.badBatch':
      assert.ok(message.position >= 0 && message.position < message.count);
      break;
    case 'protocol.violated':
      assert.match(message.text, /^[^\p{Cc}\u2028\u2029]{1,400}$/u);
      break;
  }
};

/** Runs one attempt after another; a failure says the seed and the bytes that bring it back. */
const attempt = (
  count: number,
  seed: number,
  make: (random: Random) => Buffer,
  run: (bytes: Buffer, random: Random) => void,
) => {
  const random = randomFrom(seed);
  for (let at = 0; at < count; at++) {
    const bytes = make(random);
    try {
      run(bytes, random);
    } catch (cause) {
      throw new Error(`FUZZ_SEED=${seed}, attempt ${at}: ${JSON.stringify(bytes.toString('latin1'))}`, {
        cause,
      });
    }
  }
};

export const testSessions = (count: number) =>
  test(`${count} mutated sessions never throw and never give a row that breaks a rule`, (t) => {
    const seed = fuzzSeed();
    t.diagnostic(`FUZZ_SEED=${seed}`);
    const right = sessions(seed);
    const heard = new Map<string, number>();
    attempt(
      count,
      seed,
      (random) => mutate(random.pick(right), random),
      (bytes, random) => {
        for (const message of feed(new ServerDecoder(), bytes, randomCuts(bytes, random))) {
          check(message);
          heard.set(message.type, (heard.get(message.type) ?? 0) + 1);
        }
      },
    );
    t.diagnostic([...heard].map(([type, count]) => `${type} ${count}`).join(', '));
    assert.equal(heard.size, 11, 'every kind of message was heard');
  });

export const testNoise = (count: number) =>
  test(`${count} times noise never throws`, (t) => {
    const seed = fuzzSeed();
    t.diagnostic(`FUZZ_SEED=${seed}`);
    const noise = (random: Random) =>
      Buffer.from(Array.from({ length: random.int(60) }, () => random.int(256)));
    attempt(count, seed, noise, (bytes, random) => {
      const cuts = randomCuts(bytes, random);
      feed(new ServerDecoder(), bytes, cuts).forEach(check);
      for (const dialect of ['quiniela', 'tp0', 'echo'] as const)
        feed(new AgencyDecoder({ dialect }), bytes, cuts);
      feed(
        new BatchEncoder({ agency: 7, dialect: 'quiniela', maxAmount: 3, maxBytes: LINE_BYTES }),
        bytes,
        cuts,
      );
    });
  });

export const testFiles = (count: number) =>
  test(`whatever file an agency has, of ${count}, the server takes every batch that it makes of it, and both have the same CRC`, (t) => {
    const seed = fuzzSeed();
    t.diagnostic(`FUZZ_SEED=${seed}`);
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const files = Array.from({ length: 100 }, (_, at) => {
      const bets = fc.sample(anyBet(), { numRuns: 4, seed: seed + at });
      return Buffer.from(
        bets
          .map(
            (b) =>
              `${quoted(b.firstName)},${quoted(b.lastName)},${b.document},${b.birthdate},${b.number}\r\n`,
          )
          .join(''),
      );
    });
    attempt(
      count,
      seed,
      (random) => mutate(random.pick(files), random),
      (bytes, random) => {
        const cuts = randomCuts(bytes, random);
        const encoder = new BatchEncoder({
          agency: 7,
          dialect: 'quiniela',
          maxAmount: 3,
          maxBytes: LINE_BYTES,
        });
        // How much of a row is shown depends on how much of it there was when it was refused.
        const unshown = (step: BatchStep): BatchStep =>
          step.kind === 'invalidRow' ? { ...step, row: Buffer.alloc(0) } : step;
        const steps = feed(encoder, bytes, cuts).map(unshown);
        const whole = feed(
          new BatchEncoder({ agency: 7, dialect: 'quiniela', maxAmount: 3, maxBytes: LINE_BYTES }),
          bytes,
        ).map(unshown);
        assert.deepEqual(steps, whole);
        const decoder = new ServerDecoder();
        decoder.push(Buffer.from('HELLO:7\n'));
        decoder.next();
        let crc = 0;
        for (const step of steps) {
          if (step.kind !== 'batch') continue;
          decoder.push(step.line);
          const message = decoder.next();
          if (message?.type !== 'client.batch') throw new Error(JSON.stringify(message));
          crc = crc32(message.rows, crc);
          assert.deepEqual([message.offset, message.count, crc], [step.offset, step.count, step.crc]);
          assertRows(message.rows, 7, step.count);
        }
      },
    );
  });
