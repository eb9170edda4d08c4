/** What a server without TLS lets anybody do. */
import type { ServerConfig } from './server.ts';
import { tlsFilesOf } from './tls.ts';

export const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/i;

/** A warning, if anybody but this machine may reach it and nobody has said that the network is private. */
export const exposureOf = (config: ServerConfig): string[] => {
  const { host, port, network } = config;
  if (tlsFilesOf(config) || network === 'private' || LOOPBACK.test(host)) return [];
  return [
    `no TLS: whoever reaches ${host}, port ${port}, can upload in the name of any agency, end its upload, and read bets and winners on their way; set TLS_CERT, TLS_KEY and TLS_CA, or SERVER_NETWORK=private if only agencies reach it`,
  ];
};
