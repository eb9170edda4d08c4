/** The folder of the demo's draw: emptied before, read back after. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredDraw } from '../../machines/vocabulary/demo.ts';
import { EXPORT_WAIT_MS } from '../limits.ts';
import { makeFolder } from '../make-folder.ts';
import { nodeDisk } from '../store/disk.ts';
import { isLockName } from '../store/lock.ts';
import { verifyDraw } from '../store/verify.ts';
import type { Cluster } from './launches.ts';

/**
 * Removes what is in the folder, which is there afterwards: Node's permission model tells a folder from a file
 * by looking at it.
 *
 * @throws StorageError LOCKED if a server is running in it
 */
export async function emptyStore(folder: string): Promise<void> {
  await makeFolder(folder);
  const unlock = await nodeDisk().lock(folder);
  try {
    await removeContents(folder);
  } finally {
    await unlock();
  }
}

/** Whoever holds the folder goes on to hold it: what locks it stays. */
export async function removeContents(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !isLockName(name));
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
}

/** @throws StorageError if a byte is not as it was committed */
export async function readStore(folder: string): Promise<StoredDraw> {
  const { state, bets, agencies, winners } = await verifyDraw(folder, nodeDisk());
  return {
    isOver: state === 'closed',
    bets,
    agencies: new Map(
      [...agencies].map(([agency, { stored }]) => [
        agency,
        { stored, winners: winners && (winners.get(agency)?.length ?? 0) },
      ]),
    ),
  };
}

/** Copies the draw of a cluster into the folder, and reads it there. @throws StorageError as `readStore` */
export async function readCluster({ url, draw, files }: Cluster, folder: string): Promise<StoredDraw> {
  const [{ Engine }, { patientLog }, { exportDraw }] = await Promise.all([
    import('../nats/engine.ts'),
    import('../nats/patient-log.ts'),
    import('../cluster/export.ts'),
  ]);
  const servers = url.split(',');
  const signal = AbortSignal.timeout(EXPORT_WAIT_MS);
  const notice = () => {};
  const engine = await Engine.connect({ servers, files, notice, signal });
  try {
    const log = await engine.find(draw);
    if (!log) return { isOver: false, bets: 0, agencies: new Map() };
    await exportDraw(patientLog(log, notice), nodeDisk(), folder);
    return await readStore(folder);
  } finally {
    await engine.close();
  }
}
