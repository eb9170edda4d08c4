/** An inspector that is not there, does not answer, or dies: the draw takes no notice. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { HUB_MS } from '../../src/inspector/limits.ts';
import { makeBets, type Row, readStored, sorted, writeAgencyFile } from '../support/bets.ts';
import { freePort, startAgency, startServer, temporaryFolder, until } from '../support/system.ts';
import { askHub, startInspector } from './helpers.ts';

const AGENCIES = [1, 2, 3];

describe('a draw is the same', () => {
  test('where the hub is killed in its middle, and another takes its place', async (t) => {
    const port = await freePort();
    const first = await startInspector(t, { port });
    const draw = await startDraw(t, first.url, AGENCIES.slice(0, 2));
    await until(async () => (await askHub(first.url)).actors.size > 6, 'the hub has heard of the draw');
    await first.program.kill();
    const second = await startInspector(t, { port });
    // It has heard nothing of what was before, and is told of all that lives.
    await until(async () => {
      const { actors } = await askHub(second.url);
      const machines = [...actors.values()].map(({ machine }) => machine);
      return machines.includes('server') && machines.includes('betStore');
    }, 'the second hub knows the server');
    await draw.finish(AGENCIES.slice(2));
  });

  test('where there is no hub at all', async (t) => {
    const draw = await startDraw(t, `http://127.0.0.1:${await freePort()}/`, AGENCIES);
    await draw.finish([]);
  });

  test('where the hub takes connections and never answers', async (t) => {
    const draw = await startDraw(t, await serve(t, () => {}), AGENCIES);
    await draw.finish([]);
  });

  test('where the hub answers nonsense', async (t) => {
    const odd = await serve(t, (request, response) => {
      request.resume();
      response.writeHead(500).end('<html>'.repeat(10_000));
    });
    const draw = await startDraw(t, odd, AGENCIES);
    await draw.finish([]);
  });
});

test('an agency that has ended does not wait for a hub that never answers', async (t) => {
  const agency = startAgency(t, {
    port: await freePort(),
    data: temporaryFolder(t),
    env: { INSPECT_URL: await serve(t, () => {}) },
  });
  await agency.line('action: read_file | result: fail').catch(() => agency.line('result: fail'));
  const failed = performance.now();
  await agency.exited;
  assert.ok(performance.now() - failed < HUB_MS / 2, 'it is gone before any time-out of a request');
});

/** Something in a hub's place; returns its address. */
async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/`;
}

/** Three agencies, of which some start at once and the others when the draw is finished. */
async function startDraw(t: TestContext, url: string, agencies: readonly number[]) {
  const data = temporaryFolder(t);
  const bets = new Map<number, Row[]>(AGENCIES.map((agency) => [agency, makeBets(agency, 1_000, agency)]));
  for (const [agency, rows] of bets) writeAgencyFile(data, agency, rows);
  const env = { INSPECT_URL: url };
  const {
    program: server,
    port,
    dir,
  } = await startServer(t, {
    agencies: AGENCIES.length,
    dir: join(data, 'draw'),
    env,
  });
  const start = (agency: number) => startAgency(t, { port, id: agency, data, env });
  const programs = new Map(agencies.map((agency) => [agency, start(agency)]));
  return {
    async finish(others: readonly number[]) {
      for (const agency of others) programs.set(agency, start(agency));
      for (const [agency, program] of programs) {
        await program.line(`action: consulta_ganadores | result: success | cant_ganadores: ${agency}`);
        await program.expectExit(0);
      }
      await server.expectExit(0);
      assert.deepEqual(sorted(readStored(dir)), sorted([...bets.values()].flat()));
    },
  };
}
