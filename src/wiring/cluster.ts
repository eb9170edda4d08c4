/** The draw of a server among many: its engine, and this server's fold of the engine's log. */
import { nanoid } from 'nanoid';
import type { RecoveredDraw } from '../../machines/vocabulary/store.ts';
import { openLogStore } from '../cluster/log-store.ts';
import type { LogStoreOptions } from '../cluster/log-store-options.ts';
import type { EngineAddress } from '../nats/connection.ts';
import { Engine } from '../nats/engine.ts';
import type { DrawStore } from '../store/bet-store.ts';
import type { Hear } from '../store/folder.ts';

type ClusterOptions = Omit<LogStoreOptions, 'log' | 'find' | 'newId' | 'clock'> & {
  engine: EngineAddress;
  /** How many of its nodes keep each bet. */
  replicas: number;
};

/** Waits for the engine as long as it takes, or somebody waits for it. @throws UserError STORE_URL, STORE_CREDS; StorageError OTHER_DRAW, … */
export async function openClusterStore(
  { engine: address, replicas, ...options }: ClusterOptions,
  hear: Hear,
): Promise<{ store: DrawStore; recovered: RecoveredDraw }> {
  const { draw, notice } = options;
  const engine = await Engine.connect({ ...address, notice, signal: hear.signal });
  try {
    const log = await engine.make(draw, replicas);
    const find = (name: string) => engine.find(name);
    return await openLogStore({ ...options, log, find, newId: nanoid, clock: globalThis }, hear);
  } catch (error) {
    await engine.close();
    throw error;
  }
}
