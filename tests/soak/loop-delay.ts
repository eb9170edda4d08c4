/**
 * Loaded before a server (NODE_OPTIONS=--import): measures how long its event loop is held, in processor time of its
 * thread, so that other processes do not count. At its end it writes the milliseconds into LOOP_DELAY_FILE.
 */
import { writeFileSync } from 'node:fs';

/** Milliseconds between two looks. */
const LOOK_MS = 5;

const { LOOP_DELAY_FILE = '' } = process.env;

let most = 0;
let last = process.threadCpuUsage();
const look = () => {
  const now = process.threadCpuUsage();
  most = Math.max(most, (now.user + now.system - last.user - last.system) / 1_000);
  last = now;
};
setInterval(look, LOOK_MS).unref();

/** What came before the first signal is the start. */
process.on('SIGUSR2', () => {
  look();
  most = 0;
});
process.on('exit', () => {
  look();
  writeFileSync(LOOP_DELAY_FILE, String(most));
});
