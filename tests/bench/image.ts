/** What the image adds to Node's; only where Docker answers and both are there (`make images`). */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Figure, megabytes } from './figures.ts';

const sizeOf = async (image: string): Promise<number> => {
  const { stdout } = await promisify(execFile)('docker', [
    'image',
    'inspect',
    '--format',
    '{{.Size}}',
    image,
  ]);
  return Number(stdout);
};

export async function image(): Promise<Figure[]> {
  try {
    const [ours, node] = [await sizeOf('server:latest'), await sizeOf('node:26-slim')];
    return [
      {
        what: 'image, over that of Node',
        unit: 'MB',
        values: [megabytes(ours - node)],
        target: { atMost: 2 },
      },
    ];
  } catch {
    return [];
  }
}
