/** Any user but root, who may do everything everywhere. */
const NOBODY = 65_534;

/** Runs as a user whom permissions stop. */
export async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
