import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { makeRandom } from '../crash/random.ts';
import { brief, DIR, open, storedRows } from './helpers.ts';
import { NaiveModel } from './naive-model.ts';
import { AGENCIES, randomRequest } from './random-requests.ts';

test('any requests, in any groups, with restarts: outcomes and files are those of a naive model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 40 }), async (seed, groups) => {
      const random = makeRandom(seed);
      const disk = new FaultDisk(seed, { shortWrites: random.between(0, 1) === 1 });
      const model = new NaiveModel();
      let { store } = await open(disk);
      for (let group = 0; group < groups; group++) {
        if (random.between(0, 9) === 0) {
          await store.close();
          model.restart();
          ({ store } = await open(disk));
        }
        const expected: string[] = [];
        const requests = Array.from({ length: random.between(1, 6) }, () => {
          const request = randomRequest(random, (agency) => model.upload(agency).rows.length);
          expected.push(model.ask(request));
          return request;
        });
        assert.deepEqual((await store.commit(requests)).map(brief), expected);
        assert.equal(disk.unsynced, 0);
      }
      await store.close();
      const bets = disk.read(`${DIR}/bets.csv`);
      for (const agency of AGENCIES) {
        assert.deepEqual(storedRows(bets, agency).sort(), model.rowsOf(agency));
      }
      const report = await verifyDraw(DIR, disk);
      for (const [agency, { stored, finished }] of report.agencies) {
        assert.equal(stored, model.upload(agency).rows.length);
        assert.equal(finished, model.upload(agency).recorded);
      }
    }),
    { numRuns: 300 },
  );
});
