/** Where the demo's machine meets its adapters. */
import { fromPromise } from 'xstate';
import { demoMachine } from '../../machines/demo/demo.ts';
import type { ProcessInput } from '../../machines/vocabulary/demo.ts';
import { type DataOptions, prepareData } from '../demo/data.ts';
import type { LabLogic } from '../demo/lab.ts';
import type { Cluster } from '../demo/launches.ts';
import { childProcess, type Launch } from '../demo/process.ts';
import type { Screen } from '../demo/screen.ts';
import { emptyStore, readCluster, readStore } from '../demo/store.ts';
import { signals } from '../runtime/signals.ts';

type DemoAdapters = {
  screen: Screen;
  data: DataOptions;
  store: string;
  /** If there are many servers: their engine. */
  cluster?: Cluster | undefined;
  launch: (input: ProcessInput) => Launch;
  /** Resolves once a page is there. */
  page: () => Promise<void>;
  lab: LabLogic;
};

export const demoSystem = ({ screen, data, store, cluster, launch, page, lab }: DemoAdapters) =>
  demoMachine.provide({
    actors: {
      signals,
      lab,
      process: childProcess(launch),
      prepareData: fromPromise(({ signal }) => prepareData(data, signal)),
      awaitPage: fromPromise(page),
      emptyStore: fromPromise(() => emptyStore(store)),
      readStore: fromPromise(() => (cluster ? readCluster(cluster, store) : readStore(store))),
    },
    actions: { show: (_, command) => screen.show(command) },
  });
