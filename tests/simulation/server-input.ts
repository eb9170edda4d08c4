/** How every simulated server is started. */
import type { ServerInput } from '../../machines/server/roll.ts';
import { ANNOUNCE_MS } from './scenario.ts';

/** Simulated milliseconds that a shutdown may take. */
export const SHUTDOWN_MS = 4_000;

export const serverInputFor = (agencies: number): ServerInput => ({
  agencies,
  agenciesFrom: 1,
  publishMs: 50,
  announceMs: ANNOUNCE_MS,
  shutdownMs: SHUTDOWN_MS,
  connections: 100,
  identity: 'anybody',
  expiryDays: 30,
  queueBytes: 2_000,
  group: { bytes: 2_000, weight: 4 },
  groupsAtOnce: 1,
  remindMs: 60_000,
  named: 20,
  connection: {
    inFlight: 3,
    rejections: 1_000,
    logLines: 1_000,
    identifyMs: 2_000,
    handshakeMs: 5_000,
    lingerMs: 250,
    closeMs: 2_000,
    tp0Winners: 'list',
  },
});
