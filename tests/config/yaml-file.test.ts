import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { loadServerConfig } from '../../src/config/server.ts';
import { UNKNOWN_KEYS_SAID } from '../../src/limits.ts';
import { asNobody } from '../support/unprivileged.ts';
import { agency, server, userError, withFile, withYaml } from './helpers.ts';

test('a file that does not exist is named', () => {
  const error = userError(() => loadServerConfig({ file: '/nowhere/server.yaml', env: {} }));
  assert.equal(error.code, 'CONFIG_FILE');
  assert.equal(error.message, 'cannot read the configuration file "/nowhere/server.yaml": it does not exist');
  assert.ok(error.cause instanceof Error);
});

test("a folder in the file's place, as Docker makes one, is named", () => {
  const { message } = userError(() => loadServerConfig({ file: tmpdir(), env: {} }));
  assert.match(message, /it is a folder; Docker makes one where the file to mount does not exist$/);
});

test('a file without permission is named', () => {
  withYaml('', (file) => {
    chmodSync(file, 0);
    const { message } = asNobody(() => userError(() => loadServerConfig({ file, env: {} })));
    assert.equal(message, `cannot read the configuration file "${file}": permission denied`);
  });
});

test('whatever ends its lines, a file says the same, and a mistake is in its line', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const lines = (...all: string[]) => all.map((line) => `${line}${end}`).join('');
    const { config, warnings } = server(lines('# port', 'server_port: 99', 'agencies: 7', 'no_such_key: 1'));
    assert.deepEqual([config.port, config.agencies], [99, 7]);
    assert.match(warnings.join('\n'), /"no_such_key" is ignored .* line 4\)/);
    const ini = withFile('config.ini', lines('[DEFAULT]', 'SERVER_PORT = 99'), (file) =>
      loadServerConfig({ file, env: {} }),
    );
    assert.deepEqual([ini.config.port, ini.warnings], [99, []]);
  }
});

test('an empty file, comments only or a BOM are as no file', () => {
  for (const text of ['', '\n\n', '# nothing\n', '\uFEFF', '\uFEFF# nothing', '---\n', '~', '{}']) {
    assert.deepEqual(server(text), loadServerConfig({ env: {} }));
  }
});

test('a syntax error says line and column, in one line', () => {
  const cases: [string, number, number][] = [
    ['SERVER_PORT: 1\nAGENCIES: [1, 2\n', 3, 1],
    ['SERVER_PORT: 1\n\tAGENCIES: 5\n', 2, 1],
    ['a: "x\n', 2, 1],
    ['a: 1\na: 2\n', 2, 1],
    ['a: *nothing\n', 1, 4],
  ];
  for (const [text, line, column] of cases) {
    const { code, message } = userError(() => server(text));
    assert.equal(code, 'CONFIG_SYNTAX');
    assert.match(message, new RegExp(`is no valid YAML at line ${line}, column ${column}: [^\\n]+$`), text);
  }
});

test('a second document is said in our words', () => {
  const { code, message } = userError(() => server('AGENCIES: 1\n---\nAGENCIES: 2\n'));
  assert.equal(code, 'CONFIG_SYNTAX');
  assert.match(message, /at line 2, column 1: a second document begins, and a file is one$/);
});

test('a file in UTF-16, and a value that is no UTF-8, are named as such', () => {
  for (const name of ['config.yaml', 'config.ini']) {
    withFile(name, '', (file) => {
      writeFileSync(file, Buffer.from('\ufeffSERVER_PORT = 1\n', 'utf16le'));
      const { code, message } = userError(() => loadServerConfig({ file, env: {} }));
      assert.equal(code, 'CONFIG_FILE');
      assert.match(message, /: it has zero bytes, as UTF-16 has: save it as UTF-8$/);
    });
  }
  withYaml('', (file) => {
    writeFileSync(file, Buffer.from('# a\xf1o\nSTORE_DIR: a\xf1o\n', 'latin1'));
    const { code, message } = userError(() => loadServerConfig({ file, env: {} }));
    assert.equal(code, 'CONFIG_VALUE');
    assert.match(message, /: STORE_DIR is "a\ufffdo" \(.*, line 2\), must be in UTF-8$/);
  });
});

test('a file that is no mapping is refused', () => {
  for (const text of ['- a\n', 'SERVER_PORT = 12345\n', '5']) {
    const { code, message } = userError(() => server(text));
    assert.equal(code, 'CONFIG_SYNTAX');
    assert.match(message, /must be a YAML mapping: lines of "key: value"$/);
  }
});

test('of another file’s unknown keys the first are named, the rest counted', () => {
  const { warnings } = server(Array.from({ length: 500 }, (_, i) => `word${i}: x\n`).join(''));
  assert.equal(warnings.length, UNKNOWN_KEYS_SAID + 1);
  assert.match(
    warnings.at(-1) ?? '',
    /^480 more unknown keys of ".*config\.yaml" are ignored: is it the right file\?$/,
  );
});

test('an unknown key is a warning with its line, and a guess where it is close', () => {
  const { config, warnings } = server(
    'SERVER_PROT: 1\nLOGING_LEVEL: debug\ncolour: red\nAGENCIES: 3\nhost: h\n',
  );
  assert.equal(config.agencies, 3);
  assert.equal(warnings.length, 4);
  assert.match(
    warnings[0] ?? '',
    /^unknown key "SERVER_PROT" is ignored \(".*", line 1\); did you mean "SERVER_PORT"\?$/,
  );
  assert.match(warnings[1] ?? '', /line 2\); did you mean "LOGGING_LEVEL"\?$/);
  assert.match(warnings[2] ?? '', /^unknown key "colour" is ignored \(".*", line 3\)$/);
});

test('an unknown nested key is named with its path, a value in the place of a group by its keys', () => {
  const { warnings } = agency('loop:\n  perod: 5s\nbatch: 5\nlog: {}\n');
  assert.match(warnings[0] ?? '', /"loop\.perod" is ignored .*did you mean "loop\.period"\?$/);
  assert.match(warnings[1] ?? '', /"batch" is ignored .*did you mean "batch\.maxAmount"\?$/);
  assert.match(warnings[2] ?? '', /"log" is ignored/);
});

test('two letters that changed places are recognised in the shortest key', () => {
  assert.match(agency('mdoe: echo').warnings.join(), /did you mean "mode"\?$/);
});

test('a group may stand twice in different case, each with other keys', () => {
  const { config, warnings } = agency('loop:\n  amount: 2\nLoop:\n  period: 3s\n');
  assert.deepEqual([config.loopAmount, config.loopPeriod.ms, warnings.length], [2, 3_000, 0]);
});

test('a group that contains itself by alias is refused or ignored, not followed', () => {
  const { warnings } = server('a: &a\n  b: *a\n');
  assert.match(warnings.join(), /"a\.b" is ignored/);
  assert.throws(() => server('a: &a\n  x: 1\nSERVER_PORT: *a\n'), /SERVER_PORT is no single value/);
});

test('unknown keys with control characters stay on one line', () => {
  const { warnings } = server('"a\\nb": 1\n');
  assert.match(warnings.join(), /^unknown key "a\\nb" is ignored/);
});

test('what is nested too deeply is said as such, and no message repeats a whole file', () => {
  const deep = 10_000;
  for (const text of ['['.repeat(deep), `a: ${'{b: '.repeat(deep)}`, '- '.repeat(deep), '? '.repeat(deep)]) {
    withYaml(text, (file) => {
      const { code, message } = userError(() => loadServerConfig({ file, env: {} }));
      assert.equal(code, 'CONFIG_SYNTAX');
      assert.match(message, /at line 1, column \d+: it is nested too deeply: no settings need more/);
    });
  }
  withYaml(`SERVER_PORT: ${'9'.repeat(deep)}\n${'k'.repeat(1_000)}: 1\n`, (file) => {
    const { message } = userError(() => loadServerConfig({ file, env: {} }));
    assert.match(message, /SERVER_PORT is "9{256}"… \(/);
  });
  withYaml(`${'k'.repeat(1_000)}: 1\n`, (file) => {
    assert.match(loadServerConfig({ file, env: {} }).warnings.join(), /unknown key "k{256}"… is ignored/);
  });
});
