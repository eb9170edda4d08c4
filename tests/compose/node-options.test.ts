import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HUB_NODE_OPTIONS, NODE_OPTIONS, SERVER_NODE_OPTIONS } from '../../src/runtime/node-options.ts';

const dockerfile = readFileSync(join(import.meta.dirname, '../../docker/Dockerfile'), 'utf8');

for (const [image, options] of Object.entries({ server: SERVER_NODE_OPTIONS, client: NODE_OPTIONS })) {
  test(`the image ${image} starts Node with the options that the demo and the bench give it`, () => {
    const [, rest = ''] = dockerfile.split(`FROM runtime AS ${image}\n`);
    const [entry = ''] = rest.split('CMD');
    for (const option of options) assert.ok(entry.includes(`"${option}"`), option);
  });
}

test('the inspector of a compose file starts Node with the options that the demo gives it', () => {
  const template = readFileSync(join(import.meta.dirname, '../../compose-templates/inspector.yaml'), 'utf8');
  for (const option of HUB_NODE_OPTIONS) assert.ok(template.includes(`\n    - ${option}\n`), option);
});
