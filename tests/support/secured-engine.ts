/** An engine as its operators have it: certificates, accounts, credentials. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { certificates } from './certificates.ts';
import { ENGINE_CONFIG, EngineNodes } from './engine.ts';
import { Accounts } from './nats-accounts.ts';
import type { Environment } from './program.ts';
import { temporaryFolder } from './system.ts';

/** One node with certificates of `quiniela certs` and with accounts; and what reaches it. @param tls what else it asks of TLS */
export async function securedEngine(t: TestContext, asks: (certs: string) => string = () => '') {
  const certs = await certificates(t);
  const accounts = new Accounts();
  const folder = temporaryFolder(t);
  // Alone, and with accounts of another kind.
  const [before = ''] = ENGINE_CONFIG.replace(/^cluster \{.*?^\}/ms, '').split('\naccounts {');
  const tls = `tls { cert_file: "${certs}/server.pem", key_file: "${certs}/server.key"; ${asks(certs)} }`;
  const config = join(folder, 'nats.conf');
  writeFileSync(config, [before, tls, accounts.config].join('\n'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const creds = file('good.creds', accounts.creds());
  const {
    nodes: [node],
  } = await EngineNodes.start(t, { nodes: 1, config });
  assert.ok(node);
  const url = `tls://localhost:${node.ports.client}`;
  return { url, node, certs, accounts, file, good: { STORE_CREDS: creds, STORE_CA: join(certs, 'ca.pem') } };
}

/** A certificate in a folder of `quiniela certs`, as ours for an engine. */
export const ours = (dir: string, name = 'agency-1'): Environment => ({
  STORE_CERT: join(dir, `${name}.pem`),
  STORE_KEY: join(dir, `${name}.key`),
});

/** Of TLS: whoever calls shows a certificate of the same authority. */
export const mutual = (certs: string): string => `ca_file: "${certs}/ca.pem"; verify: true`;
