/** Programs that are asked how they are, over HTTP as whoever watches them does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import type { Program } from '../support/program.ts';
import { type ServerOptions, startServer, until } from '../support/system.ts';

/** Why tests that need a program of Debian's package `prometheus` are skipped, or false. */
export const without = (program: 'prometheus' | 'promtool'): string | false =>
  spawnSync(program, ['--version']).error ? `no ${program}: Debian's package prometheus has it` : false;

export const WATCHED = { METRICS_PORT: '0' };

/** The port on which a program answers, from its log. */
export const metricsPort = async (program: Program): Promise<number> =>
  Number(/port: (\d+)/.exec(await program.line('action: metrics | result: success'))![1]);

export const ask = async (port: number, path: string): Promise<{ status: number; text: string }> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, text: await response.text() };
};

/** Every sample of `/metrics`: `name{label="text"}` and its value. */
export const scrape = async (port: number): Promise<Map<string, number>> => {
  const { status, text } = await ask(port, '/metrics');
  assert.equal(status, 200, text);
  assert.ok(text.endsWith('\n'));
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
};

/** Waits until these samples have these values. */
export const awaitSamples = async (port: number, wanted: Readonly<Record<string, number>>): Promise<void> => {
  let found: Record<string, number | undefined> = {};
  const isSo = async () => {
    const samples = await scrape(port);
    found = Object.fromEntries(Object.keys(wanted).map((name) => [name, samples.get(name)]));
    return JSON.stringify(found) === JSON.stringify(wanted);
  };
  await until(isSo, JSON.stringify(wanted)).catch((cause) => {
    assert.deepEqual(found, wanted);
    throw cause;
  });
};

/** A server that is watched; it listens on both ports once this returns. */
export const watchedServer = async (t: TestContext, options: ServerOptions = {}) => {
  const server = await startServer(t, { ...options, env: { ...options.env, ...WATCHED } });
  return { ...server, watched: await metricsPort(server.program) };
};
