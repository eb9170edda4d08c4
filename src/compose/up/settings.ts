/** The mounted configuration, looked at before anything starts: what a container would only say in its log. */
import { join } from 'node:path';
import { type AgencyConfig, type AgencyMode, loadAgencyConfig, loadRowConfig } from '../../config/agency.ts';
import type { RowConfig } from '../../config/rows.ts';
import { loadServerConfig, type ServerConfig } from '../../config/server.ts';
import { expectFromOne } from '../../data/first-agency.ts';
import { UserError } from '../../errors.ts';

type Settings = {
  mode: AgencyMode;
  /** What the agencies take for a bet. */
  rows: RowConfig;
  warnings: string[];
};

/** Of the container that listens there, only itself could connect. */
const LOOPBACK = /^(localhost|127\.|::1$)/;

/**
 * Reads server.yaml and agency.yaml as the containers will.
 *
 * @throws {UserError} `CONFIG_FILE`, `CONFIG_SYNTAX`, `CONFIG_VALUE`, naming file, line, value and what is allowed
 */
export function readSettings(folder: string, agencies: number, isCluster = false): Settings {
  const serverFile = join(folder, 'server.yaml');
  const server = loadServerConfig({
    file: serverFile,
    env: {
      ...(isCluster ? { STORE_URL: 'nats://nats1', DRAW_NAME: 'any' } : { STORE_DIR: '/data/draw' }),
      ...(agencies > 0 && { AGENCIES: String(agencies) }),
    },
  });
  const { host, port } = server.config;
  const bad = (text: string): UserError =>
    new UserError('CONFIG_VALUE', `${JSON.stringify(serverFile)}: ${text}`);
  if (port === 0) throw bad('SERVER_PORT is 0, any free one: in Docker the agencies could not know which');
  if (LOOPBACK.test(host)) throw bad(`SERVER_HOST is "${host}": no other container could reach the server`);
  if (agencies === 0) {
    return { mode: 'lottery', rows: loadRowConfig({ env: {} }).config, warnings: server.warnings };
  }

  const agencyFile = join(folder, 'agency.yaml');
  const agency = loadAgencyConfig({ file: agencyFile, env: {}, id: 1 });
  const { serverAddress, mode } = agency.config;
  expectFromOne(String(server.config.agenciesFrom), ` (${JSON.stringify(serverFile)})`);
  const elsewhere = serverAddress.servers.find((other) => other.host === 'server' && other.port !== port);
  if (elsewhere) {
    const text = `server.address is "${elsewhere.text}" (${JSON.stringify(agencyFile)}), but the server listens on port ${port} (${JSON.stringify(serverFile)})`;
    throw new UserError('CONFIG_VALUE', `the agencies could not find the server: ${text}`);
  }
  const flaw = flawOf(agency.config, server.config);
  if (flaw !== undefined) throw new UserError('CONFIG_VALUE', `${JSON.stringify(agencyFile)}: ${flaw}`);
  return { mode, rows: agency.config, warnings: [...server.warnings, ...agency.warnings] };
}

/** What of the agencies' configuration could not work with the server's, or in a container. */
function flawOf(agency: AgencyConfig, server: ServerConfig): string | undefined {
  if (agency.receiptsDir !== undefined) {
    return `receipts is ${JSON.stringify(agency.receiptsDir)}, but in Docker an agency may write nowhere: what a receipt holds is in its log (make logs: action: draw), see docs/docker.md`;
  }
  if (agency.maxNumber > server.maxNumber) {
    return `lottery.maxNumber is ${agency.maxNumber}, but the server refuses bets above ${server.maxNumber} (LOTTERY_MAX_NUMBER)`;
  }
  if (agency.shortDocuments && !server.shortDocuments) {
    return 'lottery.shortDocuments is yes, but the server refuses such bets (LOTTERY_SHORT_DOCUMENTS is no)';
  }
  if (agency.protocol === 'tp0' && !server.tp0) {
    return 'protocol is tp0, but the server does not speak it (SERVER_TP0 is no)';
  }
  return undefined;
}
