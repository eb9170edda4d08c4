/** The engine's client. It is loaded with the folder that imports this, only by who has a STORE_URL; the bundle keeps it
 * as a compressed text until then (tools/late-packages.ts). */
export * from '@nats-io/jetstream';
export {
  type Authenticator,
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  errors,
  headers,
  type NatsConnection,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
