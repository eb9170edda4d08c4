/** Who may use an engine, as its operators write it: an operator, an account, users with credentials. */
import { nkeys } from '@nats-io/transport-node';

type Keys = ReturnType<typeof nkeys.createOperator>;

const part = (value: object | Uint8Array): string =>
  Buffer.from(value instanceof Uint8Array ? value : JSON.stringify(value)).toString('base64url');

/** A JWT as nats-server takes it: what somebody may, in the word of another. */
function jwt(issuer: Keys, subject: Keys, name: string, nats: object, exp?: number): string {
  const iat = Math.floor(Date.now() / 1_000);
  const claims = { jti: name, iat, ...(exp !== undefined && { exp }), name, nats: { ...nats, version: 2 } };
  const named = { ...claims, iss: issuer.getPublicKey(), sub: subject.getPublicKey() };
  const text = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part(named)}`;
  return `${text}.${part(issuer.sign(Buffer.from(text)))}`;
}

const NO_LIMITS = { subs: -1, data: -1, payload: -1 };
const OF_AN_ACCOUNT = { imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const OF_JETSTREAM = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

export class Accounts {
  readonly #operator = nkeys.createOperator();
  readonly #account = nkeys.createAccount();

  /** For a node's configuration, in place of accounts that it names itself. */
  get config(): string {
    const [operator, system] = [this.#operator, nkeys.createAccount()];
    const account = (keys: Keys, name: string, jetstream: object) =>
      jwt(operator, keys, name, {
        type: 'account',
        limits: { ...NO_LIMITS, ...OF_AN_ACCOUNT, ...jetstream },
      });
    const names = { type: 'operator', system_account: system.getPublicKey() };
    return [
      `operator: ${jwt(operator, operator, 'operator', names)}`,
      `system_account: ${system.getPublicKey()}`,
      'resolver: MEMORY',
      'resolver_preload: {',
      `  ${system.getPublicKey()}: ${account(system, 'SYS', {})}`,
      `  ${this.#account.getPublicKey()}: ${account(this.#account, 'QUINIELA', OF_JETSTREAM)}`,
      '}',
    ].join('\n');
  }

  /** The text of a .creds file. @param until a Unix time after which they are good no more */
  creds(until?: number): string {
    const user = nkeys.createUser();
    const token = jwt(this.#account, user, 'server', { type: 'user', ...NO_LIMITS }, until);
    return [
      ...['-----BEGIN NATS USER JWT-----', token, '------END NATS USER JWT------', ''],
      ...['-----BEGIN USER NKEY SEED-----', Buffer.from(user.getSeed()).toString()],
      ...['------END USER NKEY SEED------', ''],
    ].join('\n');
  }
}
