/** The engine that NATS_URL names, in place of the demo's own. It is called before a server is started, which would say the
 * same of it, each for itself. */

import { EXIT_FAILED } from '../../machines/exit-codes.ts';
import { resolveConfig } from '../config/resolve.ts';
import { engineFilesOf, STORE_KEYS, STORE_PAIR } from '../config/store.ts';
import { allOrNone } from '../config/tls.ts';
import { argument, engineNodes } from '../config/values.ts';
import { messageOf, UserError } from '../errors.ts';
import { EXPORT_WAIT_MS } from '../limits.ts';
import type { Cluster } from './launches.ts';

/** What a server is told of its engine, besides where it is. */
const { storeCreds, storeCa, storeCert, storeKey, storeReplicas } = STORE_KEYS;
const KEYS = { storeCreds, storeCa, storeCert, storeKey, storeReplicas };

/** @throws {UserError} if it does not let us in, would lose bets, or is not there */
export async function namedEngine(url: string, draw: string, env: NodeJS.ProcessEnv): Promise<Cluster> {
  const servers = argument('cannot run the demo: NATS_URL', url, engineNodes);
  const { config } = resolveConfig(KEYS, { file: undefined, env });
  allOrNone(config, KEYS, STORE_PAIR);
  const cluster = {
    url: servers.join(','),
    draw,
    files: engineFilesOf(config),
    replicas: config.storeReplicas,
  };
  const { Engine } = await import('../nats/engine.ts');
  const signal = AbortSignal.timeout(EXPORT_WAIT_MS);
  let trouble = 'it did not answer';
  const notice = ({ details }: { details?: Readonly<Record<string, unknown>> | undefined }) => {
    trouble = String(details?.error ?? trouble);
  };
  try {
    const engine = await Engine.connect({ servers, files: cluster.files, notice, signal });
    try {
      await engine.make(draw, cluster.replicas);
    } finally {
      await engine.close();
    }
  } catch (cause) {
    const late = `${trouble} (waited ${EXPORT_WAIT_MS / 1_000} s)`;
    const why = signal.aborted ? late : messageOf(cause);
    const exitCode = signal.aborted || !(cause instanceof UserError) ? EXIT_FAILED : cause.exitCode;
    throw new UserError('NATS', `cannot run the demo: ${why.replaceAll('STORE_URL', 'NATS_URL')}`, {
      cause,
      exitCode,
    });
  }
  return cluster;
}
