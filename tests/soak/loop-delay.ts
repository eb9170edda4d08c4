/**
 * Loaded before a server (NODE_OPTIONS=--import): measures how long its event loop is held between two SIGUSR2, in
 * processor time of its thread, so that other processes do not count; neither do start and end. After the second one it
 * writes the milliseconds into LOOP_DELAY_FILE.
 */
import { renameSync, writeFileSync } from 'node:fs';

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

process.once('SIGUSR2', () => {
  look();
  most = 0;
  process.once('SIGUSR2', () => {
    look();
    writeFileSync(`${LOOP_DELAY_FILE}.part`, String(most));
    renameSync(`${LOOP_DELAY_FILE}.part`, LOOP_DELAY_FILE);
  });
});
