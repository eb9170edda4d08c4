/** Programs with something planted in them that no honest machine does: see planted.ts. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Environment } from './program.ts';
import { temporaryFolder, until } from './system.ts';

export const makeFifo = (path: string): string => {
  execFileSync('mkfifo', [path]);
  return path;
};

/** The environment in which exceptions can be planted. */
export const PLANTED: Environment = {
  NODE_OPTIONS: `--import ${new URL('planted.ts', import.meta.url).href}`,
};

/** The environment in which a call hangs, and what waits until it does. */
export const plantHang = (t: TestContext, call: string) => {
  const fifo = makeFifo(join(temporaryFolder(t), 'hang'));
  return {
    env: { ...PLANTED, PLANTED_HANG: call, PLANTED_FIFO: fifo },
    untilItHangs: () => until(() => existsSync(`${fifo}.hangs`), `${call} hangs`),
  };
};
