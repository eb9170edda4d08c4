/** A container as the engine tells of it: one of ours that runs, unless told. */
import type { Container } from '../../src/compose/engine.ts';

export const container = (name: string, more: Partial<Container> = {}): Container => ({
  name,
  project: 'tp0',
  folder: '/here',
  image: 'sha256:1',
  isRunning: true,
  isHealthy: true,
  status: 'running',
  exitCode: 0,
  refusal: '',
  startedAt: '',
  networks: [''],
  env: {},
  hostPorts: [],
  ...more,
});
