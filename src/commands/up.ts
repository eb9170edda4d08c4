import { up } from '../compose/up/up.ts';

/** `quiniela up FILE`: the system in Docker. @throws {UserError} if something is wrong; nothing is started then */
export const run = async (file: string): Promise<number> => {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  return up({ file, env: process.env, say: console.log, signal: ending.signal });
};
