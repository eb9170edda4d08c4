/** A log in which strangers do not get the upper hand: of the lines that they cause so many a second are written, the
 * others are counted. */
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { SPARE_LINES_BURST, SPARE_LINES_PER_SECOND } from '../limits.ts';
import { now } from '../runtime/time.ts';
import type { Log } from './log.ts';

/** Milliseconds between two lines that say how many were left out. */
const TELL_MS = 1_000;

const leftOut = (lines: number): LogEntry => ({
  level: 'warn',
  action: 'log',
  result: 'fail',
  details: { left_out: lines, error: 'too many lines of connections and refusals' },
});

/** @param burst how many lines there may be at once, and before their number counts by the second */
export const sparingLog = (log: Log, burst = SPARE_LINES_BURST, perSecond = SPARE_LINES_PER_SECOND): Log => {
  let room = burst;
  let last = now();
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    if (count > 0) log.log(leftOut(count));
    count = 0;
  };
  const hasRoom = (): boolean => {
    if (room < 1) {
      const at = now();
      room = Math.min(burst, room + ((at - last) * perSecond) / 1_000);
      last = at;
    }
    return room >= 1;
  };
  return {
    log(...entries) {
      if (!entries.some(({ isSpare }) => isSpare)) return log.log(...entries);
      for (const entry of entries) {
        if (!entry.isSpare) log.log(entry);
        else if (hasRoom()) {
          room--;
          log.log(entry);
        } else {
          count++;
          timer ??= setTimeout(tell, TELL_MS).unref();
        }
      }
    },
  };
};
