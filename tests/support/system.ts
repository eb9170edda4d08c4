/** A server and agencies as real processes, in folders that go away with the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from '../../src/demo/free-port.ts';
import { type Environment, PATIENCE_MS, Program } from './program.ts';

export { freePort };

export const temporaryFolder = (t: Pick<TestContext, 'after'>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'quiniela-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export type ServerOptions = {
  /** 5 unless told. */
  agencies?: number;
  /** The draw's folder: a temporary one unless told. */
  dir?: string;
  /** Any free one unless told. */
  port?: number;
  env?: Environment;
  /** As of a Program. */
  shell?: string;
};

export type RunningServer = { program: Program; port: number; dir: string };

/** Starts a server; it listens once this returns. */
export const startServer = async (t: TestContext, options: ServerOptions = {}): Promise<RunningServer> => {
  if (options.env?.LOGGING_LEVEL) return startQuietServer(t, options);
  const { program, dir } = launchServer(t, options);
  const config = await program.line('action: config | result: success | port: ');
  const port = Number(/port: (\d+)/.exec(config)![1]);
  await program.line('action: accept_connections | result: in_progress');
  return { program, port, dir };
};

/** One whose log does not tell its port. */
const startQuietServer = async (t: TestContext, options: ServerOptions): Promise<RunningServer> => {
  const port = options.port ?? (await freePort());
  const { program, dir } = launchServer(t, { ...options, port });
  const isListening = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  await until(isListening, `a server on port ${port}`);
  return { program, port, dir };
};

/** Starts a server that may not get as far as listening. */
export const launchServer = (
  t: TestContext,
  options: ServerOptions = {},
): { program: Program; dir: string } => {
  const dir = options.dir ?? join(temporaryFolder(t), 'draw');
  const env = {
    SERVER_PORT: `${options.port ?? 0}`,
    SERVER_HOST: '127.0.0.1',
    AGENCIES: `${options.agencies ?? 5}`,
    STORE_DIR: dir,
    ...options.env,
  };
  const program = new Program(['server'], env, options);
  t.after(() => program.kill());
  return { program, dir };
};

type AgencyOptions = {
  port: number;
  id?: number;
  /** The folder of its file. */
  data?: string;
  env?: Environment | undefined;
};

export const startAgency = (t: TestContext, options: AgencyOptions): Program => {
  const program = new Program(['agency'], agencyEnvironment(options));
  t.after(() => program.kill());
  return program;
};

export const agencyEnvironment = ({
  port,
  id = 1,
  data = '/nonexistent',
  env,
}: AgencyOptions): Environment => ({
  CLI_ID: `${id}`,
  CLI_SERVER_ADDRESS: `127.0.0.1:${port}`,
  CLI_DATA: data,
  ...env,
});

/** Waits for what sends no event, such as the kernel's tables. */
export const until = async (
  isTrue: () => boolean | Promise<boolean>,
  what: string,
  patienceMs = PATIENCE_MS,
): Promise<void> => {
  const deadline = Date.now() + patienceMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`in vain awaited: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
