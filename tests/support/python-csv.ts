/** Python's csv module, the reference for bets.csv. */
import { spawnSync } from 'node:child_process';

const WRITE_ROWS = `
import csv, io, json, sys
out = io.StringIO(newline='')
csv.writer(out, quoting=csv.QUOTE_MINIMAL).writerows(json.load(sys.stdin))
sys.stdout.buffer.write(out.getvalue().encode())
`;

const READ_ROWS = `
import csv, io, json, sys
text = sys.stdin.buffer.read().decode()
json.dump(list(csv.reader(io.StringIO(text, newline=''))), sys.stdout)
`;

const python = (script: string, input: Buffer): Buffer | undefined => {
  const run = spawnSync('python3', ['-X', 'utf8', '-c', script], { input, maxBuffer: 1 << 28 });
  if (run.error !== undefined) return undefined;
  if (run.status !== 0) throw new Error(`python3: ${run.stderr}`);
  return run.stdout;
};

/** A reason to skip a test, or false. */
export const withoutPython: string | false =
  python('', Buffer.alloc(0)) === undefined ? 'python3 is not installed' : false;

export const pythonWrites = (rows: readonly (readonly (string | number)[])[]): Buffer =>
  python(WRITE_ROWS, Buffer.from(JSON.stringify(rows)))!;

export const pythonReads = (csv: Buffer): string[][] => JSON.parse(python(READ_ROWS, csv)!.toString());
