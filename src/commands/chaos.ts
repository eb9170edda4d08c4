import { chaos } from '../compose/chaos/chaos.ts';
import { INTERRUPTED, isInterrupted } from '../compose/up/interrupted.ts';
import { exitOfInterruption, interruption } from '../runtime/interruption.ts';

/** `quiniela chaos FILE`: a cluster in Docker, of which parts are killed and cut off. @throws {UserError} as `up` */
export const run = async (file: string): Promise<number> => {
  const signal = interruption();
  try {
    return await chaos({ file, env: process.env, say: console.log, signal });
  } catch (error) {
    if (!(await isInterrupted(signal))) throw error;
    console.log('Stopped. What was killed is not started again: make cluster does, make down stops all');
    return exitOfInterruption(signal) ?? INTERRUPTED;
  }
};
