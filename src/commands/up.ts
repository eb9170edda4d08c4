import { up } from '../compose/up/up.ts';
import { interruption } from '../runtime/interruption.ts';

/** `quiniela up FILE`: the system in Docker. @throws {UserError} if something is wrong; nothing is started then */
export const run = async (file: string, { written }: { written?: boolean }): Promise<number> => {
  const options = { file, env: process.env, say: console.log, signal: interruption() };
  return written ? (await import('../compose/up/written.ts')).upWritten(options) : up(options);
};
