import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SERVER_NODE_OPTIONS } from '../../src/node-options.ts';

test("the server's image starts Node with the options that the demo and the bench give it", () => {
  const dockerfile = readFileSync(join(import.meta.dirname, '../../docker/Dockerfile'), 'utf8');
  const [, server = ''] = /^FROM runtime AS server\n([\s\S]*?)\nFROM /m.exec(dockerfile) ?? [];
  for (const option of SERVER_NODE_OPTIONS) assert.ok(server.includes(`"${option}"`), option);
});
