/**
 * The run that comes along with the inspector's page. In its file the machines' definitions are left out: whoever looks at it
 * is told those of the machines as they are now, with the page that is built of them.
 *
 *     node tools/example.ts         `make example`: records it anew, once a state or transition of it is there no longer
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definitionOf } from '../src/inspector/probe/observer.ts';
import { machines } from './diagrams/machines.ts';

const ROOT = join(import.meta.dirname, '..');
const FILE = join(ROOT, 'src/inspector/page/example.ndjson');

type Line = { type: string; machine?: string; definition?: string | undefined };

/** The run as the page gets it: each machine's definition with its first actor, as its process would tell it. */
export function exampleRun(): string {
  const left = new Map(Object.values(machines).map((machine) => [machine.id, machine]));
  return changed(readFileSync(FILE, 'utf8'), (line) => {
    const machine = line.machine === undefined ? undefined : left.get(line.machine);
    if (!machine) return line;
    left.delete(machine.id);
    return { ...line, definition: definitionOf(machine) };
  });
}

/** @param change told of the actors only; the other lines stay as they are */
const changed = (text: string, change: (actor: Line) => Line): string =>
  text.replaceAll(/^\{"type":"@xstate\.actor".*$/gm, (line) => JSON.stringify(change(JSON.parse(line))));

function record(): void {
  const folder = mkdtempSync(join(tmpdir(), 'quiniela-example-'));
  const file = join(folder, 'run.ndjson');
  try {
    const { status } = spawnSync(
      process.execPath,
      [join(ROOT, 'src/main.ts'), 'demo', '--agencies', '3', '--bets', '3000'],
      { cwd: folder, env: { ...process.env, INSPECT_FILE: file }, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    if (status !== 0) throw new Error(`the demo ends with ${status}`);
    const bare = changed(readFileSync(file, 'utf8'), (actor) => ({ ...actor, definition: undefined }));
    writeFileSync(FILE, bare);
    console.log(FILE);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) record();
