/** Where each state of our machines is written: found by its description, where no other state has the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const DESCRIPTION = /description:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

/** By description: `machines/agency/agency.ts:120`. */
export function sourceLines(): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  const ambiguous = new Set<string>();
  const files = readdirSync(join(ROOT, 'machines'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts')).sort()) {
    const text = readFileSync(join(ROOT, 'machines', file), 'utf8');
    for (const found of text.matchAll(DESCRIPTION)) {
      const description = (found[1] ?? found[2] ?? '').replace(/\\(.)/g, '$1');
      const line = text.slice(0, found.index).split('\n').length;
      if (lines.has(description)) ambiguous.add(description);
      lines.set(description, `machines/${file.replaceAll('\\', '/')}:${line}`);
    }
  }
  for (const description of ambiguous) lines.delete(description);
  return lines;
}
