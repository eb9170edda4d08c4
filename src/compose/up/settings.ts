/** The mounted configuration, looked at before anything starts: what a container would only say in its log. */
import { join } from 'node:path';
import { type AgencyMode, loadAgencyConfig } from '../../config/agency.ts';
import { loadServerConfig } from '../../config/server.ts';
import { UserError } from '../../errors.ts';

export type Settings = { mode: AgencyMode; warnings: string[] };

/** Of the container that listens there, only itself could connect. */
const LOOPBACK = /^(localhost|127\.|::1$)/;

/**
 * Reads server.yaml and agency.yaml as the containers will.
 *
 * @throws {UserError} `CONFIG_FILE`, `CONFIG_SYNTAX`, `CONFIG_VALUE`, naming file, line, value and what is allowed
 */
export function readSettings(folder: string, agencies: number): Settings {
  const serverFile = join(folder, 'server.yaml');
  const server = loadServerConfig({
    file: serverFile,
    env: { STORE_DIR: '/data/draw', ...(agencies > 0 ? { AGENCIES: String(agencies) } : {}) },
  });
  const { host, port } = server.config;
  const bad = (text: string): UserError =>
    new UserError('CONFIG_VALUE', `${JSON.stringify(serverFile)}: ${text}`);
  if (port === 0) throw bad('SERVER_PORT is 0, any free one: in Docker the agencies could not know which');
  if (LOOPBACK.test(host)) throw bad(`SERVER_HOST is "${host}": no other container could reach the server`);
  if (agencies === 0) return { mode: 'lottery', warnings: server.warnings };

  const agencyFile = join(folder, 'agency.yaml');
  const agency = loadAgencyConfig({ file: agencyFile, env: {}, id: 1 });
  const { serverAddress, mode } = agency.config;
  if (serverAddress.host === 'server' && serverAddress.port !== port) {
    const text = `server.address is "${serverAddress.text}" (${JSON.stringify(agencyFile)}), but the server listens on port ${port} (${JSON.stringify(serverFile)})`;
    throw new UserError('CONFIG_VALUE', `the agencies could not find the server: ${text}`);
  }
  return { mode, warnings: [...server.warnings, ...agency.warnings] };
}
