/** What every store keeps, whatever stands behind it: one suite for the files and for a log that many servers share. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { makeRandom, type Random } from '../crash/random.ts';
import { ADAPTERS, type Workplace } from './adapters.ts';
import {
  asReceived,
  batch,
  brief,
  DIR,
  finish,
  rowsOf,
  single,
  storedRows,
  tp0Batch,
  tp0Bet,
} from './helpers.ts';
import { NaiveModel } from './naive-model.ts';
import { AGENCIES, randomRequest } from './random-requests.ts';
import { ROWS_OF_ONE_CRC } from './rows-of-one-crc.ts';

const hello = (agency: number): StoreRequest => ({ kind: 'open', agency });

/** Agencies are not heard in any order among each other: an id is one agency's own. */
const ownId = (request: StoreRequest): StoreRequest =>
  request.kind === 'bet' ? { ...request, id: `${request.agency}-${request.id}` } : request;

const randomGroup = (random: Random, model: NaiveModel) => {
  const requests: StoreRequest[] = [];
  const expected: string[] = [];
  for (let count = random.between(1, 8); count > 0; count--) {
    const request = ownId(randomRequest(random, (agency) => model.upload(agency).rows.length));
    requests.push(request);
    expected.push(model.ask(request));
  }
  return { requests, expected };
};

for (const adapter of ADAPTERS) {
  const say = async (place: Workplace, ...requests: StoreRequest[]) =>
    (await place.commit(...requests.map(asReceived))).map(brief);

  describe(`a store in ${adapter.name}`, () => {
    test('any requests, in any groups, with restarts: outcomes and files are those of a naive model', async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 30 }), async (seed, groups) => {
          const random = makeRandom(seed);
          const model = new NaiveModel();
          const place = await adapter.begin();
          const greetAll = async () => {
            const all = AGENCIES.map(hello);
            const expected = all.map((request) => model.ask(request));
            assert.deepEqual(await say(place, ...all), expected);
          };
          await greetAll();
          for (let group = 0; group < groups; group++) {
            if (random.between(0, 9) === 0) {
              await place.restart();
              model.restart();
              await greetAll();
            }
            const { requests, expected } = randomGroup(random, model);
            assert.deepEqual(await say(place, ...requests), expected);
          }
          const disk = await place.close();
          const bets = disk.read(`${DIR}/bets.csv`);
          const report = await verifyDraw(DIR, disk);
          for (const agency of AGENCIES) {
            assert.deepEqual(storedRows(bets, agency).sort(), model.rowsOf(agency));
            const upload = model.upload(agency);
            assert.equal(report.agencies.get(agency)?.stored ?? 0, upload.rows.length);
            assert.equal(report.agencies.get(agency)?.finished ?? false, upload.recorded);
          }
        }),
        { numRuns: 100 },
      );
    });

    test('a whole draw: uploads in both dialects, single bets, winners, told and closed', async () => {
      const place = await adapter.begin();
      const uploads = [1, 2, 3, 4, 5].map(hello);
      await say(place, ...uploads, batch(1, 0, 13), single(2, 'a', 12), tp0Batch(3, 0, 13), tp0Bet(4, 12));
      assert.deepEqual(
        await say(
          place,
          ...[finish(1, 13), finish(2, 0)],
          ...[3, 4, 5].map(
            (agency) => ({ kind: 'finish', agency, count: undefined, crc: undefined }) as const,
          ),
        ),
        ['finished 13', 'finished 0', 'finished 13', 'finished 1', 'finished 0'],
      );
      const winners = await place.store().findWinners();
      assert.deepEqual(
        [...winners],
        [1, 2, 3, 4].map((agency) => [agency, [`${agency}0000012`]]),
      );
      assert.deepEqual(await say(place, { kind: 'draw', winners }, { kind: 'draw', winners }), [
        'drawn',
        'drawn',
      ]);
      await place.restart();
      const [drawn] = await place.commit({ kind: 'draw', winners: await place.store().findWinners() });
      await say(place, hello(2));
      assert.deepEqual(
        await say(place, hello(1), batch(1, 0, 13), batch(1, 13, 14), single(2, 'b', 1), finish(1, 13)),
        ['opened 13 finished', 'stored 13 +0', 'refused FINISHED', 'refused FINISHED', 'finished 13'],
      );
      await say(place, { kind: 'told', agency: 1 }, { kind: 'told', agency: 1 });
      assert.deepEqual(await say(place, { kind: 'close' }, { kind: 'close' }), ['recorded', 'recorded']);
      const report = await verifyDraw(DIR, await place.close());
      assert.deepEqual([report.state, report.winners], ['closed', winners]);
      assert.equal(drawn?.kind === 'drawn' && drawn.head, report.head);
    });

    test('a DONE without bets holds until the agency comes again, and no draw takes place meanwhile', async () => {
      const place = await adapter.begin();
      await say(place, ...[1, 2, 3, 4, 5].map(hello), ...[1, 2, 3, 4, 5].map((agency) => finish(agency, 0)));
      const winners = await place.store().findWinners();
      assert.deepEqual(await say(place, hello(1)), ['opened 0']);
      assert.deepEqual(await say(place, { kind: 'draw', winners }), ['postponed']);
      assert.deepEqual(await say(place, batch(1, 0, 2), finish(1, 2)), ['stored 2 +2', 'finished 2']);
      assert.deepEqual(await say(place, hello(2), finish(2, 0)), ['opened 0', 'finished 0'], 'none again');
      assert.deepEqual(await say(place, { kind: 'draw', winners: await place.store().findWinners() }), [
        'drawn',
      ]);
      await place.close();
    });

    test('other bets of the same CRC-32 at a stored offset are refused, however they are cut', async () => {
      const [one, other] = ROWS_OF_ONE_CRC;
      const rows = (offset: number, ...said: string[]): StoreRequest => {
        const bytes = Buffer.from(said.join(''));
        return { kind: 'bets', agency: 1, dialect: 'quiniela', offset, count: said.length, rows: bytes };
      };
      const next = rowsOf(1, 1, 2).toString();
      const place = await adapter.begin();
      await say(place, hello(1), rows(0, one, next));
      for (const restart of [false, true]) {
        if (restart) {
          await place.restart();
          await say(place, hello(1));
        }
        assert.deepEqual(
          await say(
            place,
            rows(0, one),
            rows(0, other),
            rows(0, other, next),
            rows(1, next),
            rows(0, one, next),
          ),
          ['stored 2 +0', 'refused CRC', 'refused CRC', 'stored 2 +0', 'stored 2 +0'],
        );
      }
      await place.close();
    });

    test('an id that another agency has used is refused', async () => {
      const place = await adapter.begin();
      await say(place, hello(1), hello(2), single(1, 'a', 3));
      assert.deepEqual(await say(place, single(2, 'a', 3), single(1, 'a', 3)), [
        'refused BET_ID',
        'bet a known',
      ]);
      await place.close();
    });
  });
}
