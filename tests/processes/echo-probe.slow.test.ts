/** The health probe and the echo test ask the server's own configuration where it listens. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { REPOSITORY, temporaryFolder } from '../compose/shell.ts';
import { certificates, serverTls } from '../support/certificates.ts';
import { startServer } from '../support/system.ts';

/** An echo server on an address, and its port. */
async function echoServer(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(0, host);
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

/** Not synchronously: the echo server is in this process. */
async function probe(args: readonly string[], env: Record<string, string> = {}, timeoutMs = 20_000) {
  const main = join(REPOSITORY, 'src', 'main.ts');
  const child = spawn(process.execPath, [main, 'echo', '--timeout', `${timeoutMs}`, ...args], {
    env: { PATH: process.env.PATH, ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, said };
}

test('it calls where the file and the environment say that the server listens', async (t) => {
  const loopback = await echoServer('127.0.0.1');
  // Listening on one address only, as `SERVER_HOST: server` makes it.
  const other = await echoServer('127.0.0.2');
  t.after(() => {
    for (const { server } of [loopback, other]) server.close();
  });
  const file = join(temporaryFolder(t), 'server.yaml');
  const asked = async (yaml: string, env: Record<string, string> = {}) => {
    writeFileSync(file, yaml);
    const { code, said } = await probe(['--config', file], env);
    assert.equal(code, 0, `${yaml}: ${said}`);
  };
  await asked(`server_port: ${loopback.port}`);
  await asked(`# SERVER_PORT: 1\nserver:\n  port: '${loopback.port}'\n`, { SERVER_HOST: '0.0.0.0' });
  await asked('SERVER_PORT: 1', { SERVER_PORT: String(loopback.port) });
  await asked(`SERVER_HOST: 127.0.0.2\nSERVER_PORT: ${other.port}`);
  await asked('', { SERVER_HOST: '127.0.0.2', SERVER_PORT: `${other.port}\r` });

  const unsaid = await probe([], { SERVER_HOST: '127.0.0.2', SERVER_PORT: String(other.port) });
  assert.equal(unsaid.code, 0, unsaid.said);
  assert.deepEqual(await probe(['--print-port']), { code: 0, said: '12345\n' });

  writeFileSync(file, 'SERVER_PORT: 9999');
  assert.deepEqual(await probe(['--config', file, '--print-port']), { code: 0, said: '9999\n' });
  writeFileSync(file, 'SERVER_PORT: many');
  const bad = await probe(['--config', file]);
  assert.equal(bad.code, 2);
  assert.match(bad.said, /SERVER_PORT is "many"/);
});

test('a server that drips its answer, or does not end it, has not answered', async (t) => {
  const answers = {
    'no answer within 1000 ms': (socket: Socket) => {
      const drip = setInterval(() => socket.write('x'), 50);
      socket.on('close', () => clearInterval(drip));
    },
    'the answer does not end': (socket: Socket) => {
      const flood = () => {
        while (socket.writable && socket.write('x'.repeat(4_096)));
      };
      socket.on('drain', flood);
      flood();
    },
  };
  for (const [why, answer] of Object.entries(answers)) {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {}).resume();
      answer(socket);
    }).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const timeoutMs = why.includes('1000') ? 1_000 : undefined;
    const { code, said } = await probe(['--port', `${port}`], {}, timeoutMs);
    assert.equal(code, 1);
    assert.ok(said.includes(`cannot ask 127.0.0.1:${port}: ${why}`), said);
  }
});

test('a server that answers more than it was sent, or less, is no echo server', async (t) => {
  for (const answer of ['hello', 'hello\nhello\n', 'hello\n ']) {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {}).resume();
      socket.end(answer);
    }).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, said } = await probe(['--port', `${port}`, '--message', 'hello']);
    assert.deepEqual([code, said], [1, 'action: test_echo_server | result: fail\n'], JSON.stringify(answer));
  }
});

test('of a server with TLS it asks with the certificate of the health check, and says if that is none', async (t) => {
  const [dir, other] = [await certificates(t, []), await certificates(t, [])];
  const { port } = await startServer(t, { env: serverTls(dir) });
  const file = join(temporaryFolder(t), 'server.yaml');
  writeFileSync(file, `SERVER_PORT: ${port}\n`);
  const health = (folder: string) => ({
    TLS_HEALTH_CERT: join(folder, 'health.pem'),
    TLS_HEALTH_KEY: join(folder, 'health.key'),
  });
  const asked = (env: Record<string, string>) =>
    probe(['--config', file], { ...(serverTls(dir) as Record<string, string>), ...env });
  const good = await asked(health(dir));
  assert.deepEqual(good, { code: 0, said: 'action: test_echo_server | result: success\n' });
  const foreign = await asked(health(other));
  assert.equal(foreign.code, 1);
  assert.match(
    foreign.said,
    /answers ERROR:IDENTITY:the certificate is of no authority that is known here$/m,
  );
  // One line, also of a server without TLS.
  const plain = await startServer(t);
  writeFileSync(file, `SERVER_PORT: ${plain.port}\n`);
  const mistaken = await asked(health(dir));
  assert.deepEqual(mistaken, {
    code: 1,
    said: `cannot ask 127.0.0.1:${plain.port}: no TLS with the server: the other side does not speak TLS\naction: test_echo_server | result: fail\n`,
  });
  const none = await asked({});
  assert.deepEqual(none, {
    code: 2,
    said: 'quiniela: cannot ask a server with TLS: TLS_HEALTH_CERT and TLS_HEALTH_KEY are missing\n',
  });
});

test('on another address than this machine’s own the server has to be who its certificate says', async (t) => {
  const dir = await certificates(t, []);
  const SERVER_HOST = '127.0.0.2';
  const env = {
    ...(serverTls(dir) as Record<string, string>),
    ...{ TLS_HEALTH_CERT: join(dir, 'health.pem'), TLS_HEALTH_KEY: join(dir, 'health.key') },
  };
  const { port } = await startServer(t, { env: { ...serverTls(dir), SERVER_HOST: '0.0.0.0' } });
  const own = await probe([], { ...env, SERVER_HOST: '0.0.0.0', SERVER_PORT: `${port}` });
  assert.equal(own.code, 0, own.said);
  const other = await probe([], { ...env, SERVER_HOST, SERVER_PORT: `${port}` });
  assert.equal(other.code, 1, other.said);
  assert.match(other.said, /^cannot ask 127\.0\.0\.2:\d+: .*\naction: test_echo_server \| result: fail\n$/);
});
