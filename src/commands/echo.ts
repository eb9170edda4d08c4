import { connect, isIPv6, type Socket, SocketAddress } from 'node:net';
import { LONGEST_MS } from '../config/duration.ts';
import { loadServerConfig, type ServerConfig } from '../config/server.ts';
import { argument, port as portNumber, wholeNumber } from '../config/values.ts';
import { UserError } from '../errors.ts';
import { REPLY_LINE_BYTES } from '../limits.ts';

type EchoOptions = {
  config?: string;
  host?: string;
  port?: string;
  message: string;
  timeout: string;
  printPort?: boolean;
};

/**
 * `quiniela echo`: sends one line to an echo server and wants it back. The container's health check: with the
 * server's own configuration, it asks where that server listens. (validar-echo-server.sh sends the line itself, and
 * has only the port printed.)
 *
 * @throws {UserError} if the configuration or an argument is bad
 */
export const run = async ({
  config,
  message,
  timeout,
  printPort,
  ...given
}: EchoOptions): Promise<number> => {
  const own = loadServerConfig({ file: config, env: process.env }).config;
  const host = given.host ?? reachable(own.host);
  const port =
    given.port === undefined
      ? own.port
      : argument('cannot ask an echo server: --port', given.port, portNumber);
  const timeoutMs = argument('cannot ask an echo server: --timeout', timeout, MILLISECONDS);
  if (printPort) {
    console.log(port);
    return 0;
  }
  const line = `${message}\n`;
  const call = await callerOf(own, host, port);
  const isEchoed = await answerTo(line, call, timeoutMs).then(
    (answer) => {
      if (answer.startsWith('ERROR:')) console.error(`${host}:${port} answers ${answer.trimEnd()}`);
      return answer === line;
    },
    async (error: Error) => {
      console.error(`cannot ask ${host}:${port}: ${await wordsOf(own, error)}`);
      return false;
    },
  );
  console.log(`action: test_echo_server | result: ${isEchoed ? 'success' : 'fail'}`);
  return isEchoed ? 0 : 1;
};

const MILLISECONDS = wholeNumber(0, LONGEST_MS);

const LOOPBACK = '127.0.0.1';

/** Where a listener on `host` is called from the same machine: "on every address" is no address to call. */
const reachable = (host: string): string => {
  if (host === '0.0.0.0') return LOOPBACK;
  const isEvery = isIPv6(host) && new SocketAddress({ address: host, family: 'ipv6' }).address === '::';
  return isEvery ? '::1' : host;
};

/** TLS is loaded only if the server has it. @throws {UserError} `TLS` */
const callerOf = async (own: ServerConfig, host: string, port: number): Promise<() => Socket> => {
  if (own.tlsCa === undefined) return () => connect({ host, port });
  const { tlsHealthCert: cert, tlsHealthKey: key, tlsCa: ca } = own;
  if (cert === undefined || key === undefined) {
    const text = 'cannot ask a server with TLS: TLS_HEALTH_CERT and TLS_HEALTH_KEY are missing';
    throw new UserError('TLS', text);
  }
  const { CredentialsReader } = await import('../identity/credentials.ts');
  const { connectTls } = await import('../net/tls-call.ts');
  const credentials = new CredentialsReader().read({ cert, key, ca });
  // Whatever names the server's certificate has: on this machine nobody else listens there.
  const isOwn = host === LOOPBACK || host === '::1';
  return () =>
    connectTls({ host, port, ...(isOwn && { checkServerIdentity: () => undefined }) }, credentials);
};

const wordsOf = async (own: ServerConfig, error: Error): Promise<string> =>
  own.tlsCa === undefined
    ? error.message
    : ((await import('../identity/words.ts')).judgementOf(error) ?? error.message);

/** All that the server says until it closes; what drips or does not end is no answer. */
const answerTo = (line: string, call: () => Socket, timeoutMs: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = call();
    const giveUp = (why: string) => socket.destroy(new Error(why));
    const late = setTimeout(giveUp, timeoutMs, `no answer within ${timeoutMs} ms`);
    const chunks: Buffer[] = [];
    let left = Buffer.byteLength(line) + REPLY_LINE_BYTES;
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      left -= chunk.length;
      if (left < 0) giveUp('the answer does not end');
    });
    socket.on('end', () => {
      resolve(Buffer.concat(chunks).toString('utf8'));
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => clearTimeout(late));
    socket.end(line);
  });
