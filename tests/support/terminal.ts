import { spawnSync } from 'node:child_process';

/** Whether there is a `script` that gives a program a terminal. */
export const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes(
  'util-linux',
);
