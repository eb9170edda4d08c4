/**
 * `make diagrams`: writes what the documentation shows of the code. The state diagrams and configuration tables of its
 * pages, and diagrams/<machine>.svg, each machine as the inspector's page draws it.
 *
 *     node tools/diagrams.ts [FOLDER]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toDrawing } from './diagrams/drawing.ts';
import { machines } from './diagrams/machines.ts';
import { writePages } from './diagrams/pages.ts';
import { chartOf } from './inspector-assets.ts';

const [folder = join(import.meta.dirname, '..', 'docs')] = process.argv.slice(2);
process.exitCode = await writePages({ folder, check: false });
const drawings = join(folder, 'diagrams');
mkdirSync(drawings, { recursive: true });
for (const [name, machine] of Object.entries(machines))
  writeFileSync(join(drawings, `${name}.svg`), toDrawing(name, await chartOf(machine)));
console.log(`${drawings}: ${Object.keys(machines).join(', ')}`);
