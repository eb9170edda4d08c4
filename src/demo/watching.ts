/** The inspector's page for who sits at this terminal: it is opened, and keys of the demo are for it. */
import type { ReadStream } from 'node:tty';
import type { Environment } from '../config/resolve.ts';
import { hasDisplay, openBrowser } from '../terminal/browser.ts';
import { hearKeys } from '../terminal/keys.ts';
import { isTerminal } from '../terminal/look.ts';

type WatchingOptions = {
  /** Of the page. */
  address: string;
  /** Where it is opened first, if that is elsewhere. */
  entrance: string | undefined;
  env: Environment;
  stdin: ReadStream;
  say: (text: string) => void;
  /** Not if the user wants to open it by hand. */
  doOpen: boolean;
};

/** Can somebody be expected to look at a page? Not in a pipeline. */
export const isInFront = ({ env, stdout }: { env: Environment; stdout: NodeJS.WriteStream }): boolean =>
  isTerminal(stdout, env) && !env.CI;

/** Opens the page if it can be. @returns what lets go of the keys */
export function watch({ address, entrance = address, env, stdin, say, doOpen }: WatchingOptions): () => void {
  const open = async (where: string) => {
    if (!(await openBrowser(where, env))) say(`No browser could be started: open ${where} yourself`);
  };
  if (doOpen && hasDisplay(env)) void open(entrance);
  if (!stdin.isTTY) return () => {};
  say('          o opens it in a browser, q ends the demo');
  return hearKeys(stdin, { o: () => void open(address), q: () => process.kill(process.pid, 'SIGINT') });
}
