/** Servers of a cluster as real processes. */
import type { TestContext } from 'node:test';
import { type Environment, Program } from '../support/program.ts';

export type ClusterServer = { program: Program; port: number };

/** Starts servers of one draw; all listen once this returns. */
export const startServers = async (
  t: TestContext,
  count: number,
  { url, draw, agencies, env }: { url: string; draw: string; agencies: number; env?: Environment },
): Promise<ClusterServer[]> => {
  const programs = Array.from(
    { length: count },
    () =>
      new Program(['server'], {
        SERVER_PORT: '0',
        SERVER_HOST: '127.0.0.1',
        AGENCIES: `${agencies}`,
        STORE_URL: url,
        DRAW_NAME: draw,
        ...env,
      }),
  );
  t.after(() => Promise.all(programs.map((program) => program.kill())));
  return Promise.all(
    programs.map(async (program) => {
      const config = await program.line('action: config | result: success | port: ');
      await program.line('action: accept_connections | result: in_progress');
      return { program, port: Number(/port: (\d+)/.exec(config)?.[1]) };
    }),
  );
};
