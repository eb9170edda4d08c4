/** Defects that nobody caught: an exception in a callback, or a promise that nobody waited for. */
import { EXIT_FAILED } from '../../machines/exit-codes.ts';
import { leave } from './leave.ts';

/** A command that cannot go on says so in one line: a stack is for who mends it. */
const giveUp = (error: unknown): void => {
  tellDefect(error);
  leave(EXIT_FAILED);
};

let handle = giveUp;

/** `handler` takes care of defects until the returned function is called: a root machine shuts down in order. */
export const onDefect = (handler: (error: unknown) => void): (() => void) => {
  handle = handler;
  return () => {
    if (handle === handler) handle = giveUp;
  };
};

/** Says on stderr that a defect of this command's own made it fail. */
export const tellDefect = (error: unknown): void => {
  console.error(`quiniela: a defect, ${error instanceof Error ? error : JSON.stringify(error)}`);
  // Not by Node's `debuglog`: its module would be loaded at every start, and ten others with it.
  if (/\bquiniela\b/i.test(process.env.NODE_DEBUG ?? ''))
    console.error(error instanceof Error ? error.stack : error);
};

/** Once, before anything else. A rejected promise that nobody waits for comes here too. */
export const catchDefects = (): void => {
  process.on('uncaughtException', (error) => handle(error));
};
