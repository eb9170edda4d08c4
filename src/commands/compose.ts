import { runComposeCommand } from '../compose/command.ts';

/** `quiniela compose FILE CLIENTS`. @throws {UserError} and writes nothing if an argument is bad */
export const run = async (
  args: string[],
  options: { mode?: string; data?: string; fleet?: string; inspect?: boolean; monitoring?: boolean },
): Promise<number> => {
  console.log(await runComposeCommand({ args, ...options, env: process.env }));
  return 0;
};
