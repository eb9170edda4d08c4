/** What stands in an environment without anybody having meant it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENCY_KEYS } from '../../src/config/agency.ts';
import { SERVER_KEYS } from '../../src/config/server.ts';
import { agency, server, userError } from './helpers.ts';

test('what Kubernetes or a link injects for a service called "server" is ignored, and said', () => {
  const { config, warnings } = server('SERVER_PORT: 99', {
    SERVER_PORT: 'tcp://10.0.0.1:12345',
    SERVER_HOST: 'udp://10.0.0.1:12345',
    SERVER_PORT_12345_TCP_ADDR: '10.0.0.1',
  });
  assert.deepEqual([config.port, config.host], [99, '0.0.0.0']);
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? '', /SERVER_PORT is "tcp:\/\/10\.0\.0\.1:12345": ignored/);
});

test('the same written by a person is an error: in the file, and as an address', () => {
  assert.match(
    userError(() => server('SERVER_PORT: tcp://10.0.0.1:12345')).message,
    /SERVER_PORT is "tcp:\/\/10\.0\.0\.1:12345"/,
  );
  assert.match(
    userError(() => agency('', { CLI_SERVER_ADDRESS: 'tcp://server:12345' })).message,
    /server\.address is "tcp:\/\/server:12345"/,
  );
});

test('a value ends before the line ends of a file with CRLF, whatever its key', () => {
  const { config } = server('', {
    SERVER_PORT: '99\r',
    STORE_DIR: '/data/draw\r',
    LOGGING_LEVEL: 'DEBUG \r\n',
  });
  assert.deepEqual([config.port, config.storeDir, config.loggingLevel], [99, '/data/draw', 'DEBUG']);
  const of = agency('', {
    CLI_ID: '7\r',
    CLI_SERVER_ADDRESS: 'a:1\r',
    NOMBRE: 'Ana\r',
    BET_ID: 'x1 \r',
  }).config;
  assert.deepEqual([of.id, of.serverAddress.text, of.nombre, of.betId], [7, 'a:1', 'Ana', 'x1']);
});

test('a variable that is nearly one of ours, and is none, is told with the one that was meant', () => {
  for (const [name, meant] of [
    ['SERVR_PORT', 'SERVER_PORT'],
    ['server_port', 'SERVER_PORT'],
    ['SERVERPORT', 'SERVER_PORT'],
    ['AGENCYS', 'AGENCIES'],
    ['TSL_CERT', 'TLS_CERT'],
    ['STORE-DIR', 'STORE_DIR'],
    ['METRIC_PORT', 'METRICS_PORT'],
  ] as const)
    assert.deepEqual(server('', { [name]: 'a secret' }).warnings, [
      `the variable "${name}" is not read; did you mean ${meant}?`,
    ]);
  assert.match(agency('', { CLI_SERVER_ADRESS: 'x' }).warnings.join(), /did you mean CLI_SERVER_ADDRESS\?$/);
});

test("the variables of other programs, and those of our own others, are nobody else's", () => {
  const variables = (keys: Record<string, { variable: string }>) =>
    Object.fromEntries(Object.values(keys).map(({ variable }) => [variable, 'x']));
  const others = {
    ...{
      SERVER_NAME: 'x',
      SERVER_ROOT: 'x',
      SERVER_SOFTWARE: 'x',
      SSL_CERT_FILE: 'x',
      SSL_CERT: 'x',
      TLS_CIPHERS: 'x',
    },
    ...{
      NODE_OPTIONS: 'x',
      HOSTNAME: 'x',
      LOGNAME: 'x',
      LOG_LEVEL: 'x',
      DATA: 'x',
      MODE: 'x',
      BETS: 'x',
      SERVERS: 'x',
    },
    ...{ BOT_ID: 'x', SERVERS_PORT: 'tcp://10.0.0.1:12345', SERVER_PORT_12345_TCP: 'tcp://10.0.0.1:12345' },
    AGENCYS: '',
  };
  const withoutAgencys = { ...variables(AGENCY_KEYS), ...others };
  for (const { variable } of Object.values(SERVER_KEYS))
    delete (withoutAgencys as Record<string, string>)[variable];
  assert.deepEqual(server('', withoutAgencys).warnings, []);
  const withoutServers = { ...variables(SERVER_KEYS), ...others };
  for (const { variable } of Object.values(AGENCY_KEYS))
    delete (withoutServers as Record<string, string>)[variable];
  assert.deepEqual(agency('', withoutServers).warnings, []);
  // Who has set the right one as well means something else by the other.
  assert.deepEqual(server('', { SERVER_PORT: '99', SERVR_PORT: '98' }).warnings, []);
});

test('a value of nothing but a line end says nothing', () => {
  for (const text of ['', '\r', '\r\n']) {
    const of = (keys: Record<string, { variable: string }>) =>
      Object.fromEntries(Object.values(keys).map(({ variable }) => [variable, text]));
    assert.deepEqual(server('', of(SERVER_KEYS)), server('', {}));
    assert.deepEqual(agency('', { ...of(AGENCY_KEYS), CLI_ID: '1' }), agency('', {}));
  }
});
