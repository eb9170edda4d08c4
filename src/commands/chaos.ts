import { chaos } from '../compose/chaos/chaos.ts';

/** `quiniela chaos FILE`: a cluster in Docker, of which parts are killed and cut off. @throws {UserError} as `up` */
export const run = async (file: string): Promise<number> => {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  try {
    return await chaos({ file, env: process.env, say: console.log, signal: ending.signal });
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    console.log('Stopped. The containers are as they were: make down stops them');
    return 130;
  }
};
