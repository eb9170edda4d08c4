/** An engine of one node, with a configuration of its own, and a server at it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ENGINE_CONFIG, EngineNodes } from './engine.ts';
import { type Environment, Program } from './program.ts';
import { temporaryFolder } from './system.ts';

/** One node, and its file of configuration: what is written there counts once it starts again. */
export async function startNode(t: TestContext, change: (config: string) => string = (config) => config) {
  const file = join(temporaryFolder(t), 'nats.conf');
  const alone = ENGINE_CONFIG.replace(/^cluster \{.*?^\}/ms, '');
  const rewrite = (how: typeof change = (config) => config) => writeFileSync(file, how(alone));
  rewrite(change);
  const {
    nodes: [node],
  } = await EngineNodes.start(t, { nodes: 1, config: file });
  assert.ok(node);
  return { node, url: `nats://${node.url}`, rewrite };
}

/** A server of draw `x` of one agency: whether it comes to serve is the test's to see. */
export function launch(t: TestContext, url: string, more: Environment = {}): Program {
  const common = { SERVER_PORT: '0', SERVER_HOST: '127.0.0.1', AGENCIES: '1', STORE_REPLICAS: '1' };
  const server = new Program(['server'], { ...common, DRAW_NAME: 'x', STORE_URL: url, ...more });
  t.after(() => server.kill());
  return server;
}

/** Who ends with exit code 2 has said why in one line. */
export async function refusal(server: Program): Promise<string> {
  assert.deepEqual(await server.exited, { code: 2, signal: null }, server.lines.join('\n'));
  const said = [...server.lines, ...server.stderr.trim().split('\n')];
  const [line = '', ...more] = said.filter((one) => /CRITICAL|result: fail|^quiniela: |^ +at /.test(one));
  assert.deepEqual(more, []);
  return line;
}
