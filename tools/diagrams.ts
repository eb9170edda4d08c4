/**
 * `make diagrams`: writes docs/diagrams/<machine>.svg, each machine as the inspector's page draws it.
 *
 *     node tools/diagrams.ts [FOLDER]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machines } from '../src/diagram/machines.ts';
import { toDrawing } from './charts/drawing.ts';
import { chartOf } from './inspector-assets.ts';

const [folder = join(import.meta.dirname, '..', 'docs', 'diagrams')] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const [name, machine] of Object.entries(machines))
  writeFileSync(join(folder, `${name}.svg`), toDrawing(name, await chartOf(machine)));
console.log(`${folder}: ${Object.keys(machines).join(', ')}`);
