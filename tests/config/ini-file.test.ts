/** The exercise's server has an INI file: it is read as it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadServerConfig } from '../../src/config/server.ts';
import { userError, withFile } from './helpers.ts';

const load = (text: string) => withFile('config.ini', text, (file) => loadServerConfig({ file, env: {} }));

test("the exercise's own file, as its tests write it, with and without a last newline", () => {
  for (const end of ['', '\n', '\r\n']) {
    const lines = ['[DEFAULT]', 'SERVER_PORT = 23456', 'SERVER_IP = server', 'SERVER_LISTEN_BACKLOG = 8'];
    const { config, warnings } = load(`${[...lines, 'LOGGING_LEVEL = DEBUG'].join('\n')}${end}`);
    assert.deepEqual(warnings, []);
    assert.deepEqual([config.port, config.listenBacklog, config.loggingLevel], [23456, 8, 'DEBUG']);
  }
});

test("what Python's configparser takes: either sign, comments, any case, CRLF, a byte order mark, empty values", () => {
  const { config, warnings } = load(
    '\ufeff[default]\r\n# port\r\n; and level\r\nserver_port:1\r\nLogging_Level=error\r\nAGENCIES =\r\n',
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual([config.port, config.loggingLevel, config.agencies], [1, 'ERROR', 5]);
});

test('a section is a group of keys', () => {
  assert.equal(load('[server]\nport = 7\n').config.port, 7);
});

test('a bad value, an unknown key and a line that is neither are named with their line', () => {
  const bad = userError(() => load('[DEFAULT]\nSERVER_PORT = x\n'));
  assert.match(bad.message, /SERVER_PORT is "x" \(".*config\.ini", line 2\), must be a whole number/);
  assert.match(load('[DEFAULT]\n\nSERVER_PORTS = 1\n').warnings[0]!, /"SERVER_PORTS" is ignored .* line 3\)/);
  const neither = userError(() => load('[DEFAULT]\nSERVER_PORT\n'));
  assert.match(
    neither.message,
    /config\.ini" is no valid INI at line 2: expected \[section\] or key = value$/,
  );
});
