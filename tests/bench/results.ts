/** What a bench leaves behind for other programs: the figures, and where they come from. */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { type Figure, megabytes } from './figures.ts';
import type { Settings } from './settings.ts';

type Machine = {
  node: string;
  cores: number;
  processor: string;
  memoryMB: number;
  data: 'real' | 'made';
};

export type Results = {
  at: Date | string;
  /** What was typed. */
  command: string;
  machine: Machine;
  settings: Settings;
  figures: readonly Figure[];
};

/** @param real whether the agencies' files are the real ones */
export const machineOf = (real: boolean): Machine => ({
  node: process.version,
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
  memoryMB: Math.round(megabytes(totalmem())),
  data: real ? 'real' : 'made',
});
