import { join } from 'node:path';
import { checkDataArguments } from '../data/arguments.ts';
import { launches } from '../demo/launches.ts';
import { LEAVE_MS, mostAgencies, START_MS, STOP_MS } from '../demo/limits.ts';
import { nextSteps } from '../demo/next-steps.ts';
import { createScreen } from '../demo/screen.ts';
import { demoSystem } from '../demo/system.ts';
import { UserError } from '../errors.ts';
import { runRoot } from '../run-root.ts';

export type DemoOptions = { agencies: string; bets: string; data?: string };

/** Where the agencies' files and the draw are, from the folder that the demo is started in. */
const DATA = '.data';
const STORE = join(DATA, 'demo');

/**
 * `quiniela demo`: the server and its agencies as processes of this machine, to the draw.
 *
 * @throws {UserError} `ARGUMENT`
 */
export const run = async ({ agencies: wanted, bets: each, data }: DemoOptions): Promise<number> => {
  const { agencies, bets } = checkDataArguments({ agencies: wanted, bets: each, seed: 1 });
  const most = mostAgencies();
  if (agencies > most) {
    const text = `cannot run ${agencies} agencies: each is a process, and this machine has memory for ${most}`;
    throw new UserError('ARGUMENT', text);
  }
  const entry = process.argv[1]!;
  const folder = data || DATA;
  const machine = demoSystem({
    screen: createScreen({
      out: process.stdout,
      err: process.stderr,
      env: process.env,
      afterwards: nextSteps({ entry, store: STORE, isMake: process.env.MAKELEVEL !== undefined }),
    }),
    data: { agencies, bets, folder, isGiven: folder === data },
    store: STORE,
    launch: launches({ entry, data: folder, store: STORE }),
  });
  return runRoot(machine, { agencies, store: STORE, startMs: START_MS, leaveMs: LEAVE_MS, stopMs: STOP_MS });
};
