/** What the image adds to Node's, and its start; only if Docker answers and both are there (`make images`). */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench } from './bench-parts.ts';
import { type Figure, megabytes } from './figures.ts';
import { Program } from './program.ts';

const CONFIG = join(import.meta.dirname, '../../docker/server.yaml');

/** @returns undefined if Docker does not answer, or has no such image */
async function sizeOf(image: string): Promise<number | undefined> {
  const args = ['image', 'inspect', '--format', '{{.Size}}', image];
  const told = await promisify(execFile)('docker', args).catch(() => undefined);
  return told && Number(told.stdout);
}

/** Milliseconds until a server in a new container listens. */
async function startInContainer(image: string): Promise<number> {
  const mount = `${CONFIG}:/config/server.yaml:ro`;
  const program = new Program({
    command: 'docker',
    args: ['run', '--rm', '--init', '--network=none', '-v', mount, '-e', 'STORE_DIR=/data/draw', image],
    // Where the engine is.
    env: process.env as Record<string, string>,
  });
  const at = await program.seen(' port: ');
  // The engine's client hands it on.
  program.kill('SIGTERM');
  await program.ended;
  return at - program.startedAt;
}

export async function image({ settings }: Bench): Promise<Figure[]> {
  const [ours, node] = [await sizeOf('server:latest'), await sizeOf('node:26-slim')];
  if (ours === undefined || node === undefined) return [];
  const starts: number[] = [];
  try {
    for (let run = 0; run < settings.runs; run++) starts.push(await startInContainer('server:latest'));
  } catch (error) {
    // Another image of that name, or an engine elsewhere that does not see the configuration.
    console.error(`bench: no start in a container: ${(error as Error).message}`);
  }
  return [
    {
      what: 'image, over that of Node',
      unit: 'MB',
      values: [megabytes(ours - node)],
      target: { atMost: 2 },
    },
    ...(starts.length > 0
      ? [
          {
            what: "server in a container, start to listening, with the engine's own time",
            unit: 'ms' as const,
            values: starts,
            isForReaders: true,
          },
        ]
      : []),
  ];
}
