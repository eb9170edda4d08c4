import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENCY_KEYS, loadAgencyConfig } from '../../src/config/agency.ts';
import type { Key, KeyTable } from '../../src/config/keys.ts';
import { type Resolved, resolveConfig } from '../../src/config/resolve.ts';
import { loadServerConfig, SERVER_KEYS } from '../../src/config/server.ts';
import { agency, server, withYaml } from './helpers.ts';

test('with nothing given, everything has its documented default', () => {
  const { config, warnings } = loadServerConfig({ env: {} });
  assert.deepEqual(warnings, []);
  assert.deepEqual(config, {
    port: 12345,
    host: '0.0.0.0',
    listenBacklog: 4096,
    loggingLevel: 'INFO',
    agencies: 5,
    agenciesFrom: 1,
    storeUrl: undefined,
    storeCreds: undefined,
    storeCa: undefined,
    storeCert: undefined,
    storeKey: undefined,
    storeReplicas: 3,
    storeDir: '.data/draw',
    drawName: undefined,
    logFormat: 'text',
    announceDelay: { ms: 0, text: '0s' },
    announceTimeout: { ms: 10_000, text: '10s' },
    maxConnections: 10_000,
    identifyTimeout: { ms: 2_000, text: '2s' },
    frameTimeout: { ms: 10_000, text: '10s' },
    idleTimeout: { ms: 60_000, text: '1m' },
    maxNumber: 9_999,
    shortDocuments: false,
    pauseTimeout: { ms: 200, text: '200ms' },
    tp0: true,
    tp0Winners: 'list',
    metricsPort: undefined,
    metricsHost: '127.0.0.1',
    tlsCert: undefined,
    tlsKey: undefined,
    tlsCa: undefined,
    tlsHealthCert: undefined,
    tlsHealthKey: undefined,
    network: 'open',
  });
  assert.deepEqual(loadAgencyConfig({ env: {}, id: 7 }).config, {
    id: 7,
    mode: 'lottery',
    serverAddress: {
      servers: [{ host: 'server', port: 12345, text: 'server:12345' }],
      text: 'server:12345',
    },
    protocol: 'quiniela',
    loopAmount: 5,
    loopPeriod: { ms: 0, text: '0s' },
    batchMaxAmount: 120,
    batchWindow: 32,
    connectionMaxAttempts: 30,
    connectionTimeout: { ms: 5_000, text: '5s' },
    connectionIdle: { ms: 60_000, text: '1m' },
    tlsCert: undefined,
    tlsKey: undefined,
    tlsCa: undefined,
    dataDir: '.data',
    maxInvalid: { percent: 1, atLeast: 10 },
    maxNumber: 9_999,
    shortDocuments: false,
    draw: undefined,
    receiptsDir: undefined,
    logLevel: 'INFO',
    logFormat: 'text',
    metricsPort: undefined,
    metricsHost: '127.0.0.1',
    nombre: undefined,
    apellido: undefined,
    documento: undefined,
    nacimiento: undefined,
    numero: undefined,
    betId: undefined,
  });
});

test("the exercise's own files are understood", () => {
  const { config, warnings } = server(
    'SERVER_PORT: 12345\nSERVER_IP: server\nSERVER_LISTEN_BACKLOG: 5\nLOGGING_LEVEL: DEBUG\n',
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual([config.port, config.listenBacklog, config.loggingLevel], [12345, 5, 'DEBUG']);

  const client = agency(
    'server:\n  address: "server:12345"\nloop:\n  amount: 3\n  period: "1m30s"\nlog:\n  level: "debug"\nbatch:\n  maxAmount: 77\n',
  );
  assert.deepEqual(client.warnings, []);
  assert.equal(client.config.serverAddress.text, 'server:12345');
  assert.equal(client.config.loopAmount, 3);
  assert.deepEqual(client.config.loopPeriod, { ms: 90_000, text: '1m30s' });
  assert.equal(client.config.logLevel, 'DEBUG');
  assert.equal(client.config.batchMaxAmount, 77);
});

/** Three different good values for each kind of key, by what the key allows. */
function samplesFor(allowed: string): [string, string, string] {
  if (allowed.startsWith('a whole number from 9999')) return ['9999', '10000', '99999'];
  if (allowed.startsWith('yes or no')) return ['yes', 'no', 'true'];
  if (allowed === 'a whole number from 0 to 1') return ['0', '1', '0'];
  if (allowed.startsWith('a whole number')) return ['2', '3', '4'];
  if (allowed.startsWith('a duration')) return ['1s', '2s', '3s'];
  if (allowed.startsWith('one of')) {
    const words = allowed.slice('one of '.length).split(', ');
    return [words[0], words[1], words.at(-1)] as [string, string, string];
  }
  if (allowed.startsWith('a number of rows')) return ['5%', '12', '1.5%, at least 3'];
  if (allowed.startsWith('host:port')) return ['a:1', 'b:2', 'c:3'];
  if (allowed.startsWith('addresses')) return ['nats://a', 'nats://b:1,tls://c', 'nats://c'];
  if (allowed === '1, 3 or 5') return ['1', '3', '5'];
  return ['a', 'b', 'c'];
}

function everyKey<TConfig>(table: KeyTable<TConfig>): void {
  for (const [field, key] of Object.entries(table) as [keyof TConfig & string, Key<unknown, TConfig>][]) {
    const [low, middle, high] = samplesFor(key.type.allowed);
    const optional = Object.fromEntries(
      Object.entries<Key<unknown, TConfig>>(table).map(([name, other]) => [
        name,
        { ...other, required: false },
      ]),
    ) as unknown as KeyTable<TConfig>;
    const fieldOf = ({ config }: Resolved<TConfig>) => config[field];
    const read = (text: string) => key.type.parse(text);

    const inEnvironment = resolveConfig(optional, { file: undefined, env: { [key.variable]: middle } });
    assert.deepEqual(fieldOf(inEnvironment), read(middle), `${key.variable} is read`);
    if (key.path === undefined) continue;
    withYaml(`${key.path}: ${low}\n`, (file) => {
      const fromFile = resolveConfig(optional, { file, env: {} });
      assert.deepEqual(fieldOf(fromFile), read(low), `${key.path} is read`);
      assert.deepEqual(fromFile.warnings, []);
      const both = resolveConfig(optional, { file, env: { [key.variable]: middle } });
      assert.deepEqual(fieldOf(both), read(middle), `${key.variable} wins over the file`);
      const empty = resolveConfig(optional, { file, env: { [key.variable]: '' } });
      assert.deepEqual(fieldOf(empty), read(low), `an empty ${key.variable} says nothing`);
      const all = resolveConfig(optional, {
        file,
        env: { [key.variable]: middle },
        options: { [field]: high } as { [K in keyof TConfig]?: string },
      });
      assert.deepEqual(fieldOf(all), read(high), `an option wins over ${key.variable}`);
    });
  }
}

test('every key of the server: option over environment over file', () => everyKey(SERVER_KEYS));
test('every key of the agency: option over environment over file', () => everyKey(AGENCY_KEYS));

test('keys are the same in any case, nested or dotted, with _ or without', () => {
  assert.equal(server('server_port: 1').config.port, 1);
  assert.equal(server('Server:\n  Port: 1').config.port, 1);
  assert.equal(server('log.format: json').config.logFormat, 'json');
  assert.equal(server('log:\n  format: json').config.logFormat, 'json');
  assert.equal(server('announce:\n  timeout: 3s').config.announceTimeout.ms, 3_000);
  assert.equal(agency('batch:\n  maxamount: 9').config.batchMaxAmount, 9);
  assert.equal(agency('Batch:\n  MAX_AMOUNT: 9').config.batchMaxAmount, 9);
  assert.equal(agency('batch.maxAmount: 9').config.batchMaxAmount, 9);
});

test('a key may stand beside those whose names begin with it', () => {
  const { config, warnings } = agency('data:\n  maxInvalid: 5%\n', { CLI_DATA: '/data' });
  assert.deepEqual([config.dataDir, config.maxInvalid], ['/data', { percent: 5, atLeast: 0 }]);
  assert.deepEqual(warnings, []);
  assert.deepEqual(agency('data: folder\ndata.maxInvalid: 7\n').config.maxInvalid, { rows: 7 });
});

test('a value by alias is read', () => {
  assert.equal(server('x: &port 99\nSERVER_PORT: *port').config.port, 99);
});

test('a key without a value says nothing', () => {
  const { config, warnings } = server('SERVER_PORT:\nAGENCIES: ~\nLOGGING_LEVEL: null');
  assert.deepEqual([config.port, config.agencies, config.loggingLevel], [12345, 5, 'INFO']);
  assert.deepEqual(warnings, []);
});

test('numbers are read as they are written', () => {
  assert.equal(server('AGENCIES: "12"').config.agencies, 12);
  assert.equal(server('STORE_DIR: 0x10').config.storeDir, '0x10');
  assert.equal(server('STORE_DIR: 1.50').config.storeDir, '1.50');
});

test('an echo client pauses 5 s unless told otherwise, other modes do not pause', () => {
  assert.equal(agency('mode: echo').config.loopPeriod.text, '5s');
  assert.equal(agency('', { AGENCY_MODE: 'Echo' }).config.loopPeriod.text, '5s');
  assert.equal(agency('mode: echo\nloop.period: 1s').config.loopPeriod.text, '1s');
  for (const mode of ['lottery', 'batches', 'bet']) {
    assert.equal(agency(`mode: ${mode}`).config.loopPeriod.text, '0s');
  }
});

test('the words of a choice are accepted in any case and kept in one', () => {
  assert.equal(server('', { LOGGING_LEVEL: 'wArNiNg' }).config.loggingLevel, 'WARNING');
  assert.equal(agency('log.level: notice').config.logLevel, 'NOTICE');
  assert.equal(agency('protocol: TP0').config.protocol, 'tp0');
});

test('an IPv6 address stands in brackets', () => {
  const { config } = agency('', { CLI_SERVER_ADDRESS: '[::1]:99' });
  assert.deepEqual(config.serverAddress.servers, [{ host: '::1', port: 99, text: '[::1]:99' }]);
});

test("the single bet's variables arrive as they are, to be checked by the domain", () => {
  const { config } = agency('', {
    NOMBRE: ' Ñandú|\n ',
    APELLIDO: 'Gómez',
    DOCUMENTO: '1',
    NACIMIENTO: 'ayer',
    NUMERO: '-1',
    BET_ID: 'V1StGXR8_Z5jdHi6B-myT',
  });
  assert.equal(config.nombre, ' Ñandú|\n ');
  assert.equal(config.apellido, 'Gómez');
  assert.equal(config.documento, '1');
  assert.equal(config.nacimiento, 'ayer');
  assert.equal(config.numero, '-1');
  assert.equal(config.betId, 'V1StGXR8_Z5jdHi6B-myT');
});

test('a config cannot be changed', () => {
  const { config } = agency('');
  for (const value of [config, config.serverAddress, config.loopPeriod, config.connectionTimeout]) {
    assert.ok(Object.isFrozen(value));
  }
});
