/** What is typed before anything runs: help, version, words that are wrong. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { AGENCY_KEYS } from '../../src/config/agency.ts';
import { SERVER_KEYS } from '../../src/config/server.ts';
import { Program } from '../support/program.ts';
import { temporaryFolder } from '../support/system.ts';

const ROOT = join(import.meta.dirname, '../..');

const say = async (...args: string[]) => {
  const program = new Program(args);
  const { code } = await program.exited;
  return { code, out: program.lines.join('\n'), err: program.stderr };
};

describe('help', () => {
  test('--version is the package', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const word of ['--version', '-V'])
      assert.deepEqual(await say(word), { code: 0, out: version, err: '' });
  });

  for (const [command, keys] of Object.entries({ server: SERVER_KEYS, agency: AGENCY_KEYS })) {
    test(`of ${command}: every variable, with what is allowed and the default`, async () => {
      const { code, out } = await say('help', command);
      assert.equal(code, 0);
      assert.deepEqual(await say(command, '--help'), { code: 0, out, err: '' });
      const text = out.replace(/\s+/g, ' ');
      for (const key of Object.values(keys)) {
        const standard =
          typeof key.default === 'string' ? key.default : (key.defaultText ?? 'none').replaceAll('`', '');
        assert.ok(
          text.includes(` ${key.variable} ${key.about}: ${key.type.allowed} (default: ${standard})`),
          key.variable,
        );
      }
      assert.match(out, /^Examples:$/m);
    });
  }

  test('of all: each command once, and what the exit codes mean', async () => {
    const { code, out } = await say('help');
    assert.equal(code, 0);
    for (const command of ['server', 'agency', 'demo', 'verify', 'help'])
      assert.equal(out.match(new RegExp(`^  ${command} `, 'gm'))?.length, 1, command);
    assert.match(out, /^Exit codes:$/m);
    for (const [, command = ''] of out.matchAll(/^ {2}([a-z-]+) \[options\] |^ {2}chaos </gm))
      assert.match((await say('help', command || 'chaos')).out, /^Examples:\n {2}.*quiniela /m, command);
    assert.deepEqual(await say('--help'), { code: 0, out, err: '' });
    const nothing = await say();
    assert.deepEqual({ ...nothing, err: nothing.err.trimEnd() }, { code: 2, out: '', err: out.trimEnd() });
  });
});

describe('what is typed wrong ends with 2, in one voice', () => {
  for (const [args, said] of [
    [['serve'], /^quiniela: unknown command 'serve'\n\(Did you mean server\?\)/],
    [['server', '--confg', 'x'], /^quiniela: unknown option '--confg'\n\(Did you mean --config\?\)/],
    [['verify'], /^quiniela: missing required argument 'dir'/],
    [
      ['demo', 'AGENCIES=3'],
      /^quiniela: too many arguments for 'demo'.*\n\(here AGENCIES=3 is --agencies 3\)/,
    ],
    // The last one alone would count: half of what was asked for, with exit code 0.
    [
      ['reset', '.', '--force', '--agency', '1', '--agency=2'],
      /^quiniela: --agency is given twice, "1" and "2": say it once\n/,
    ],
    [['verify', '.', '--receipt', 'a', '--receipt', 'b'], /^quiniela: --receipt is given twice, "a" and "b"/],
    [['check-data', '--config', 'a', '--config', 'a'], /^quiniela: --config is given twice, "a" and "a"/],
    [['help', 'serve'], /^quiniela: unknown command 'serve'/],
    [
      ['inspector', '--port', '99999'],
      /^quiniela: .*--port is "99999", must be a whole number from 0 to 65535\n$/,
    ],
  ] as const) {
    test(args.join(' '), async () => {
      const { code, out, err } = await say(...args);
      assert.match(err, said);
      assert.deepEqual({ code, out }, { code: 2, out: '' });
    });
  }
});

test('files that are made are counted, and are never 0.0 MB', async (t) => {
  const folder = temporaryFolder(t);
  const made = await say('data', '--agencies', '1', '--bets', '10', '--out', folder);
  assert.deepEqual(made, { code: 0, out: `${folder}: 1 file, 10 bets, 1 kB`, err: '' });
});

describe('a folder that takes no other, as /proc', () => {
  test('a server says so and ends', async () => {
    const server = new Program(['server'], { STORE_DIR: '/proc/no/draw', SERVER_PORT: '0' });
    await server.expectExit(2);
    assert.match(
      server.lines.join('\n'),
      /opening "\/proc\/no\/draw": cannot use "\/proc\/no": it does not exist/,
    );
  });

  test('the maker of data says so and ends', async () => {
    const { code, err } = await say('data', '--out', '/proc/no');
    assert.equal(err, 'quiniela: cannot write the agencies\' files to "/proc/no": it does not exist\n');
    assert.equal(code, 2);
  });

  test('the maker of certificates says so and ends', async () => {
    const { code, err } = await say('certs', '--out', '/proc/no');
    assert.equal(err, 'quiniela: cannot make certificates in "/proc/no": it does not exist\n');
    assert.equal(code, 2);
  });
});

describe('a path as a shell or a browser has it makes no folder called ~, file: or a quote', () => {
  for (const path of ['~/draw', '~', 'file:///tmp/draw', 'FILE:/tmp/draw', '"/tmp/draw"']) {
    test(path, async (t) => {
      const DIR = temporaryFolder(t);
      const within = async (args: string[], env = {}) => {
        const program = new Program(args, { DIR, ...env }, { shell: 'cd "$DIR"; exec "$0" "$@"' });
        assert.equal((await program.exited).code, 2, args.join(' '));
        return program.stderr;
      };
      assert.match(
        await within(['server'], { STORE_DIR: path, SERVER_PORT: '0' }),
        /STORE_DIR is ".*" \(the variable STORE_DIR\), must be the path of a folder, without ~, \$NAME, quotes or C: before it\n$/,
      );
      for (const args of [['data'], ['certs']])
        assert.match(
          await within([...args, '--out', path]),
          /is no path yet, nobody replaces its beginning here/,
        );
      assert.match(
        await within(['export', '--from', 'nats://127.0.0.1:1', '--draw', '1', path]),
        /^quiniela: cannot export to .* is no path yet/,
      );
      assert.deepEqual(readdirSync(DIR), []);
    });
  }
});

test('no engine is asked for a draw that has no room where it is to be written', async (t) => {
  const used = temporaryFolder(t);
  writeFileSync(join(used, 'bets.csv'), '');
  for (const [dir, why] of [
    [used, `${join(used, 'bets.csv')} is there, name another folder`],
    ['/proc/no', 'it does not exist'],
    ['/etc/passwd', 'what should be a folder is none'],
  ] as const) {
    // Port 1: nobody answers there, which would be said first.
    const { code, err } = await say('export', '--from', 'nats://127.0.0.1:1', '--draw', '1', dir);
    assert.equal(err, `quiniela: cannot export to "${dir}": ${why}\n`);
    assert.equal(code, 2);
  }
});

test('a file where a folder should be is named as such', async () => {
  const { code, err } = await say('verify', '/etc/passwd');
  assert.equal(err, 'quiniela: verifying "/etc/passwd": what should be a folder is none\n');
  assert.equal(code, 2);
  const server = new Program(['server'], { STORE_DIR: '/etc/passwd', SERVER_PORT: '0' });
  await server.expectExit(2);
  assert.match(server.lines.join('\n'), /opening "\/etc\/passwd": what should be a folder is none/);
});

test('verify --json is an object for programs', async (t) => {
  const dir = join(ROOT, 'tests/store/old/drawn');
  const copy = temporaryFolder(t);
  cpSync(dir, copy, { recursive: true });
  const { code, out, err } = await say('verify', '--json', copy);
  assert.deepEqual([code, err], [0, '']);
  const { state, bets, agencies } = JSON.parse(out);
  assert.equal(state, 'drawn');
  assert.equal(
    agencies.reduce(
      (sum: number, one: Record<'stored' | 'singles', number>) => sum + one.stored + one.singles,
      0,
    ),
    bets,
  );
});

test('reset sets an agency back that has said DONE only with --force, and its answer acts on no terminal', async (t) => {
  const dir = join(temporaryFolder(t), 'a\x1b[2Jdraw');
  cpSync(join(ROOT, 'tests/store/old/collecting'), dir, { recursive: true });
  const refused = await say('reset', '--agency', '1', dir);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /it has said DONE; if that was not the agency itself, add --force\n$/);
  const { code, out, err } = await say('reset', '--force', '--agency', '1', dir);
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^agency 1 was set back: 20 bets, 0 single bets and its DONE taken out$/m);
  assert.ok(out.includes('a\\x1b[2Jdraw'), out);
  assert.ok(!out.includes('\x1b'));
  const missing = await say('reset', dir);
  assert.equal(missing.code, 2);
  assert.match(missing.err, /^quiniela: cannot set an agency back: --agency is missing, must be /);
});
