/** Whether a process that a test has started, or its group, is still there. */

export const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** It has a process group of its own: a terminal sends a signal to a whole one. */
export const hasOwnGroup = (pid: number): boolean => isThere(-pid);
