/** What the kernel knows of a process (Linux). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Sockets that the process has open. */
export const openSockets = (pid: number): number =>
  readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
    } catch {
      return false; // closed in between
    }
  }).length;

/** Megabytes: the most that the process ever had in memory. */
export const peakMemory = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

export const isLinux = process.platform === 'linux';
