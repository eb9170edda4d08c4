import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENCY_KEYS, loadAgencyConfig } from '../../src/config/agency.ts';
import type { Key } from '../../src/config/keys.ts';
import { loadServerConfig, SERVER_KEYS } from '../../src/config/server.ts';
import { agency, server, userError, withYaml } from './helpers.ts';

type AnyKey = Key<unknown, unknown>;

const WHOLE = ['abc', '-1', '1.5', '1e3', '0x10', '99999999999', '٣', '1 2', '+1', '5s'];
const DURATION = ['5', 's', '5 s', '-5s', '1d', '5sec', '1m30', '577h', '1e3s', 'Infinity', '.5s'];

/** Texts that a key must refuse, by what it says it allows. */
function badFor(allowed: string): string[] {
  if (allowed.startsWith('a whole number')) return WHOLE;
  if (allowed.startsWith('a duration')) return allowed.includes('from 0 ') ? DURATION : [...DURATION, '0'];
  if (allowed.startsWith('one of')) return ['none of them', 'text,json', '0'];
  if (allowed.startsWith('host:port')) {
    return ['server', 'server:', ':1', 'server:0', 'server:65536', '::1:5', '[::1]', '[server]:1', 'a b:1'];
  }
  if (allowed.startsWith('a number of rows')) return ['x', '-1', '101%', '%', '1.5', '5%%', '1%, at most 10'];
  if (allowed === 'yes or no') return ['maybe', '2', 'yesno', 'y'];
  if (allowed.startsWith('a host name')) return ['a b', '[server]', '[::1]:5', '[]', 'server:1', '1::2::3'];
  if (allowed.startsWith('the path of a')) {
    const quoted = ['"/data"', "'data'", ' /data'];
    return ['a\0b', '~/data', 'file:/data', ...quoted, '$HOME/data', `\${HOME}/data`, '%HOME%/data'];
  }
  if (allowed.startsWith('addresses'))
    return ['a:4222', 'http://a', 'nats://a:0', 'nats://a,b', 'nats://a b', ','];
  if (allowed === '1, 3 or 5') return ['2', '0', '7', '3.0', 'x'];
  if (allowed.includes('letters, digits')) return ['a:b', 'a b', 'a'.repeat(65), 'ñ', 'a\nb'];
  return [];
}

function refusedEverywhere(table: object, load: (from: object) => unknown): void {
  let checked = 0;
  for (const { path, variable, type, lenient } of Object.values(table) as AnyKey[]) {
    // The single bet's parts are checked by the domain.
    if (lenient || type.parse('') === '') continue;
    for (const bad of badFor(type.allowed)) {
      const { code, message } = userError(() => load({ env: { CLI_ID: '1', [variable]: bad } }));
      assert.equal(code, 'CONFIG_VALUE');
      const name = path ?? variable;
      const value = JSON.stringify(bad);
      assert.equal(
        message,
        `invalid configuration: ${name} is ${value} (the variable ${variable}), must be ${type.allowed}`,
      );
      checked += 1;
      if (path === undefined) continue;
      withYaml(`\n${path}: ${value}\n`, (file) => {
        const inFile = userError(() => load({ file, env: path === 'id' ? {} : { CLI_ID: '1' } }));
        assert.equal(
          inFile.message,
          `invalid configuration: ${name} is ${value} ("${file}", line 2), must be ${type.allowed}`,
        );
      });
    }
  }
  assert.ok(checked > 30);
}

test('every bad value of the server names key, value, source and what is allowed', () =>
  refusedEverywhere(SERVER_KEYS, (from) => loadServerConfig(from as never)));

test('every bad value of the agency names key, value, source and what is allowed', () =>
  refusedEverywhere(AGENCY_KEYS, (from) => loadAgencyConfig(from as never)));

test('bounds are exact', () => {
  assert.equal(server('', { SERVER_PORT: '0' }).config.port, 0);
  assert.equal(server('', { SERVER_PORT: '65535' }).config.port, 65_535);
  assert.throws(() => server('', { SERVER_PORT: '65536' }), /from 0 to 65535/);
  assert.equal(agency('', { CLI_BATCH_WINDOW: '64' }).config.batchWindow, 64);
  assert.throws(() => agency('', { CLI_BATCH_WINDOW: '65' }), /from 1 to 64/);
  assert.throws(() => agency('', { CLI_BATCH_WINDOW: '0' }), /from 1 to 64/);
  assert.equal(agency('', { CLI_ID: '10000' }).config.id, 10_000);
  assert.throws(() => agency('', { CLI_ID: '10001' }), /from 0 to 10000/);
});

test('all that is wrong is said at once, on one line', () => {
  const { message } = userError(() =>
    agency('loop:\n  amount: five\nmode: [echo]\nlog:\n  level:\n    x: 1\n', {
      CLI_LOOP_PERIOD: '5',
      CLI_SERVER_ADDRESS: 'evil\nline\x1b[31m',
    }),
  );
  assert.match(message, /loop\.amount is "five" \(".*config\.yaml", line 2\)/);
  assert.match(message, /loop\.period is "5" \(the variable CLI_LOOP_PERIOD\)/);
  assert.match(message, /server\.address is "evil\\nline\\u001b\[31m" \(the variable CLI_SERVER_ADDRESS\)/);
  assert.match(message, /mode is no single value \(".*config\.yaml", line 3\)/);
  assert.match(message, /log\.level is no single value \(".*config\.yaml", line 5\)/);
  assert.ok(!message.includes('\n') && !message.includes('\x1b'));
});

test('a bad variable is an error even where the file has a good value', () => {
  assert.throws(() => server('SERVER_PORT: 1', { SERVER_PORT: 'x' }), /the variable SERVER_PORT/);
});

test('AGENCIES that is no number from 1 to 10000 is 5, with a warning', () => {
  for (const bad of ['many', '0', '-1', '10001', '2.5', '1e2']) {
    for (const { config, warnings } of [server('', { AGENCIES: bad }), server(`AGENCIES: ${bad}`)]) {
      assert.equal(config.agencies, 5);
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0] ?? '',
        /^AGENCIES is ".*" \(.*\), must be a whole number from 1 to 10000: 5 is used$/,
      );
    }
  }
  assert.deepEqual(server('AGENCIES: 10000').warnings, []);
});

test('an agency without an id is told where to set it', () => {
  assert.equal(
    userError(() => loadAgencyConfig({ env: {} })).message,
    'invalid configuration: id is missing: set CLI_ID, or id in the file, to a whole number from 0 to 10000',
  );
});

test('a bad id of the command line is said to be from there', () => {
  const { message } = userError(() => loadAgencyConfig({ env: { CLI_ID: '1' }, id: 'one' }));
  assert.match(message, /id is "one" \(the command line\)/);
});

test('keys that differ in case only, or in form, are not both taken', () => {
  const { message } = userError(() => server('SERVER_PORT: 1\nAGENCIES: 3\nserver_port: 2\n'));
  assert.match(message, /"server_port" stands twice \(".*", lines 1 and 3\)/);
  assert.throws(() => agency('batch:\n  window: 1\nbatch.window: 2'), /"batch\.window" stands twice/);
});

test('of the files of TLS all stand together, or none', () => {
  const [cert, key, ca] = ['c.pem', 'c.key', 'ca.pem'];
  for (const [given, missing] of [
    [{ TLS_CERT: cert }, 'TLS_KEY, TLS_CA are missing'],
    [{ TLS_CERT: cert, TLS_KEY: key }, 'TLS_CA is missing'],
  ] as const) {
    const { code, message } = userError(() => loadServerConfig({ env: given }));
    assert.equal(code, 'CONFIG_VALUE');
    assert.equal(message, `invalid configuration: ${missing}: TLS_CERT, TLS_KEY, TLS_CA go together`);
  }
  const { message } = userError(() => loadServerConfig({ env: { TLS_HEALTH_KEY: key } }));
  assert.match(message, /TLS_HEALTH_CERT is missing: TLS_HEALTH_CERT, TLS_HEALTH_KEY go together$/);
  const ofAgency = userError(() => agency('tls:\n  cert: c.pem\n', { CLI_TLS_CA: ca }));
  assert.equal(
    ofAgency.message,
    'invalid configuration: tls.key is missing: tls.cert, tls.key, tls.ca go together',
  );
});

test('an agency takes a list of servers, and a list with a bad address is refused whole', () => {
  const { config } = loadAgencyConfig({ env: { CLI_SERVER_ADDRESS: 'a:1, b:2,[::1]:3' }, id: 1 });
  const { servers, text } = config.serverAddress;
  assert.deepEqual(
    [servers.map(({ host, port }) => `${host} ${port}`), text],
    [['a 1', 'b 2', '::1 3'], 'a:1, b:2,[::1]:3'],
  );
  for (const bad of ['a:1,', ',a:1', 'a:1;b:2', 'a:1,b', 'a:1,b:0']) {
    assert.throws(
      () => loadAgencyConfig({ env: { CLI_SERVER_ADDRESS: bad }, id: 1 }),
      /server\.address is ".*must be host:port, .*, or several with commas between them/,
      bad,
    );
  }
});
