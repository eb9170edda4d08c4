/** Keys that are heard without Enter, and do not appear on the screen. */
import { once } from 'node:events';
import type { ReadStream } from 'node:tty';

const CTRL_C = '\x03';
const CTRL_Z = '\x1a';

/**
 * Hears keys until the returned function is called. The terminal makes no signals of them meanwhile, so this does: Ctrl-C
 * is the SIGINT that it would have been, and Ctrl-Z stops the process as ever.
 */
export function hearKeys(stdin: ReadStream, meanings: Readonly<Record<string, () => void>>): () => void {
  const raw = (isRaw: boolean) => {
    stdin.setRawMode(isRaw);
  };
  const suspend = async () => {
    raw(false);
    process.kill(process.pid, 'SIGTSTP');
    await once(process, 'SIGCONT');
    if (!isOver) raw(true);
  };
  const hear = (keys: Buffer) => {
    for (const key of keys.toString()) {
      if (key === CTRL_C) process.kill(process.pid, 'SIGINT');
      else if (key === CTRL_Z) void suspend();
      else meanings[key.toLowerCase()]?.();
    }
  };
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    process.off('exit', end);
    stdin.off('data', hear).off('error', end);
    raw(false);
    stdin.pause();
  };
  // A terminal that was closed has no keys.
  stdin.on('data', hear).on('error', end);
  raw(true);
  // It is no reason to stay.
  stdin.unref();
  process.once('exit', end);
  return end;
}
