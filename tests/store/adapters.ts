/** The adapters behind the folder's events, each as a workplace that tests can restart and look into. */
import type { StoreOutcome, StoreRequest } from '../../machines/vocabulary/store.ts';
import { exportDraw } from '../../src/cluster/export.ts';
import { LogStore } from '../../src/cluster/log-store.ts';
import { STANDARD_RULES } from '../../src/lottery/rules.ts';
import type { DrawStore } from '../../src/store/bet-store.ts';
import { MemoryLog } from '../cluster/memory-log.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { DIR, open } from './helpers.ts';

export type Workplace = {
  store(): DrawStore;
  commit(...requests: StoreRequest[]): Promise<readonly StoreOutcome[]>;
  /** The server ends, and another one begins. */
  restart(): Promise<void>;
  /** The draw's folder, in `DIR`, once all is closed. */
  close(): Promise<FaultDisk>;
};

type Adapter = { name: string; begin(): Promise<Workplace> };

const workplaceOf = async (
  openStore: () => Promise<DrawStore>,
  folder: () => Promise<FaultDisk>,
): Promise<Workplace> => {
  let store = await openStore();
  return {
    store: () => store,
    commit: (...requests) => store.commit(requests),
    restart: async () => {
      await store.close();
      store = await openStore();
    },
    close: async () => {
      await store.close();
      return folder();
    },
  };
};

const files: Adapter = {
  name: 'files',
  begin: async () => {
    const disk = new FaultDisk();
    return workplaceOf(
      async () => (await open(disk)).store,
      async () => disk,
    );
  },
};

let made = 0;

const log: Adapter = {
  name: 'a log',
  begin: async () => {
    const shared = new MemoryLog();
    const openStore = async () => {
      const store = new LogStore(
        {
          ...{ log: shared.port(), draw: '1', agencies: 5, agenciesFrom: 1, rules: STANDARD_RULES },
          ...{
            find: async () => undefined,
            newId: () => `id-${++made}`,
            notice: () => {},
            clock: globalThis,
          },
        },
        { news: () => {}, failed: () => {}, signal: new AbortController().signal },
      );
      await store.open();
      return store;
    };
    return workplaceOf(openStore, async () => {
      const disk = new FaultDisk();
      await exportDraw(shared.port(), disk, DIR);
      return disk;
    });
  },
};

export const ADAPTERS: readonly Adapter[] = [files, log];
