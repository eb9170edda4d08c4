import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgencyConfig, loadAgencyConfig } from '../../src/config/agency.ts';
import type { Environment, Resolved } from '../../src/config/resolve.ts';
import { loadServerConfig, type ServerConfig } from '../../src/config/server.ts';
import { UserError } from '../../src/errors.ts';

/** Runs with a YAML file of this text; the file is gone afterwards. */
export const withYaml = <T>(text: string, run: (file: string) => T): T => withFile('config.yaml', text, run);

/** The same with a file of this name. */
export function withFile<T>(name: string, text: string, run: (file: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'quiniela-config-'));
  try {
    const file = join(dir, name);
    writeFileSync(file, text);
    return run(file);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export const server = (yaml: string, env: Environment = {}): Resolved<ServerConfig> =>
  withYaml(yaml, (file) => loadServerConfig({ file, env }));

/** An agency whose id is given, unless the environment has one. */
export const agency = (yaml: string, env: Environment = {}): Resolved<AgencyConfig> =>
  withYaml(yaml, (file) => loadAgencyConfig({ file, env: { CLI_ID: '1', ...env } }));

/** The UserError that it throws; anything else fails the test. */
export function userError(run: () => unknown): UserError {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}
