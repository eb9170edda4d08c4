import { up } from '../compose/up/up.ts';

/** `quiniela up FILE`: the system in Docker. @throws {UserError} if something is wrong; nothing is started then */
export const run = async (file: string, { written }: { written?: boolean }): Promise<number> => {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  const options = { file, env: process.env, say: console.log, signal: ending.signal };
  return written ? (await import('../compose/up/written.ts')).upWritten(options) : up(options);
};
