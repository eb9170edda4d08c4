/** Where the demo's machine meets its adapters. */
import { fromPromise } from 'xstate';
import { demoMachine } from '../../machines/demo/demo.ts';
import type { ProcessInput } from '../../machines/vocabulary/demo.ts';
import { childProcess, type Launch } from '../adapters/process.ts';
import { type DataOptions, prepareData } from './data.ts';
import type { Screen } from './screen.ts';
import { demoSignals } from './signals.ts';
import { emptyStore, readStore } from './store.ts';

export type DemoAdapters = {
  screen: Screen;
  data: DataOptions;
  store: string;
  launch: (input: ProcessInput) => Launch;
};

export const demoSystem = ({ screen, data, store, launch }: DemoAdapters) =>
  demoMachine.provide({
    actors: {
      signals: demoSignals,
      process: childProcess(launch),
      prepareData: fromPromise(({ signal }) => prepareData(data, signal)),
      emptyStore: fromPromise(() => emptyStore(store)),
      readStore: fromPromise(() => readStore(store)),
    },
    actions: { show: (_, command) => screen.show(command) },
  });
