/** Killed at random moments and started again: no acknowledged bet is lost, none is doubled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRandom } from '../crash/random.ts';
import { askedSeed } from '../support/asked.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { temporaryFolder } from '../support/system.ts';
import { drawWithKills, type Victims } from './killing.ts';

const SEED = askedSeed('KILL_SEED');
const KILLS = 10;

const VICTIMS: Readonly<Record<Victims, string>> = {
  server: 'the server',
  agencies: 'agencies',
  both: 'the server and agencies',
};

for (const victims of ['server', 'agencies', 'both'] as const) {
  test(`${VICTIMS[victims]} killed ${KILLS} times during an upload: every bet once, winners right`, async (t) => {
    const data = temporaryFolder(t);
    for (const [index, winners] of [2, 3, 3, 2, 0].entries()) {
      writeAgencyFile(data, index + 1, makeBets(index + 1, 4_000, winners));
    }
    try {
      const killed = await drawWithKills({
        data,
        victims,
        kills: KILLS,
        random: makeRandom(SEED),
        lifeMs: 150,
        // Small batches, with pauses, so that the upload does not outrun its killer.
        env: { CLI_BATCH_MAXAMOUNT: '20', CLI_LOOP_PERIOD: '10ms' },
      });
      t.diagnostic(JSON.stringify(killed));
      const count = Object.values(killed).reduce((sum, n) => sum + n, 0);
      assert.equal(count, KILLS, 'the upload was over before its killer');
    } catch (error) {
      throw new Error(`with KILL_SEED=${SEED}: ${(error as Error).message}`, { cause: error });
    }
  });
}
