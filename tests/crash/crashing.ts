/** Running a store on a disk that crashes under it. */
import assert from 'node:assert/strict';
import type { StoreOutcome, StoreRequest } from '../../machines/vocabulary/store.ts';
import { brief, DIR, open, storedRows } from '../store/helpers.ts';
import type { NaiveModel } from '../store/naive-model.ts';
import { AGENCIES } from '../store/random-requests.ts';
import type { FaultDisk } from './fault-disk.ts';

type Opened = Awaited<ReturnType<typeof open>>;

/** The result, or undefined if the disk crashes first. */
export async function untilCrash<T>(disk: FaultDisk, run: () => Promise<T>): Promise<T | undefined> {
  const crashed = disk.crashed.then(() => undefined);
  return Promise.race([run(), crashed]);
}

/** Opens the store, again and again while the disk crashes under it; `next` sets the crash after that. */
export async function reopen(disk: FaultDisk, next: () => void): Promise<Opened> {
  for (;;) {
    const opened = await untilCrash(disk, () => open(disk));
    if (opened) return opened;
    next();
  }
}

/** Whether the files hold exactly what the model holds. */
export function holds(disk: FaultDisk, opened: Opened, model: NaiveModel): boolean {
  const bets = disk.read(`${DIR}/bets.csv`);
  const finished = new Set(opened.recovered.finished);
  return AGENCIES.every((agency) => {
    const stored = storedRows(bets, agency).sort().join('');
    return stored === model.rowsOf(agency).join('') && finished.has(agency) === model.upload(agency).recorded;
  });
}

/** Asks the model for its outcomes and compares them with the store's. */
export function assertAgree(
  model: NaiveModel,
  group: readonly StoreRequest[],
  outcomes: readonly StoreOutcome[],
) {
  assert.deepEqual(
    outcomes.map(brief),
    group.map((request) => model.ask(request)),
  );
}
