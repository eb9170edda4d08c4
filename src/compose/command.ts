/** `quiniela compose FILE CLIENTS`: what generar-compose.sh and `make compose` run. */
import { isYes, parseArguments, parseFleet, parseMode } from './arguments.ts';
import { USUAL_PORTS } from './monitors.ts';
import { writeComposeFile } from './write.ts';

type ComposeCommand = {
  /** Everything after the command's name that is no option: FILE and CLIENTS. */
  args: readonly string[];
  /** The option; the variable MODE stands in for it. */
  mode?: string | undefined;
  /** The option; the variable DATA stands in for it. */
  data?: string | undefined;
  /** The option; the variable FLEET stands in for it. */
  fleet?: string | undefined;
  /** The option; the variable INSPECT stands in for it. */
  inspect?: boolean | undefined;
  /** The option; the variable MONITORING stands in for it. */
  monitoring?: boolean | undefined;
  env: Readonly<Record<string, string | undefined>>;
};

/**
 * Checks the arguments and writes the file.
 *
 * @returns the line to print
 * @throws {UserError} `ARGUMENT`, `FILE` or `DATA`; nothing has been written then
 */
export async function runComposeCommand({
  args,
  mode: given,
  data,
  fleet,
  inspect,
  monitoring,
  env,
}: ComposeCommand): Promise<string> {
  const { file, clients } = parseArguments(args);
  const mode = parseMode(given ?? env.MODE);
  const isFleet = parseFleet(fleet ?? env.FLEET, { clients, mode });
  await writeComposeFile({
    file,
    clients,
    mode,
    fleet: isFleet,
    data: data ?? (env.DATA || undefined),
    inspect: inspect ?? isYes(env.INSPECT),
    monitors: (monitoring ?? isYes(env.MONITORING)) ? USUAL_PORTS : undefined,
  });
  const agencies = clients === 1 ? '1 agency' : `${clients} agencies`;
  return `${file}: the server and ${agencies}${isFleet ? ' in one container' : ''}`;
}
