/** Folders and processes that a test leaves behind are removed when it ends. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'quiniela-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

type Child = ChildProcessByStdio<null, Readable, null> & { exited: Promise<number | null> };

/** Runs a script beside the test with this Node; killed when the test ends. */
export function run(
  context: TestContext,
  script: string,
  args: readonly string[],
  options: { nodeOptions?: readonly string[]; cwd?: string } = {},
): Child {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [...(options.nodeOptions ?? []), path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: options.cwd,
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  context.after(() => child.kill('SIGKILL'));
  return Object.assign(child, { exited });
}

/** The next text that a child prints. */
export async function said(child: Child): Promise<string> {
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return chunk.toString().trim();
}
