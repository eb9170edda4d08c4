/** Every mistake is one clear line on stderr, exit code 2, and no file. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mostApart } from '../../src/config/fleet-rule.ts';
import { type Ran, REPOSITORY, run, temporaryFolder } from './shell.ts';

const SCRIPT = join(REPOSITORY, 'generar-compose.sh');

const isOneLine = ({ status, stdout, stderr }: Ran, pattern: RegExp): void => {
  assert.match(stderr, pattern);
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  assert.equal(stdout, '');
  assert.equal(status, 2);
};

test('arguments that are missing or too many', (t) => {
  const cwd = temporaryFolder(t);
  const generate = (...args: string[]) => run(SCRIPT, args, { cwd });
  isOneLine(generate(), /FILE and CLIENTS are missing/);
  isOneLine(generate('x.yaml'), /CLIENTS is missing after FILE "x\.yaml"/);
  isOneLine(generate('x.yaml', '5', '6'), /too many arguments, "6"/);
  isOneLine(generate('x.yaml', '--mode', 'echo', '6'), /too many arguments/);
  assert.deepEqual(readdirSync(cwd), []);
});

test('CLIENTS that is not a whole number from 0 to 10000', (t) => {
  const cwd = temporaryFolder(t);
  const wrong = [
    '-1',
    '1.5',
    'abc',
    '',
    ' 5',
    '5 ',
    '+5',
    '1e3',
    '0x5',
    '10001',
    '99999999999999999999',
    '٣',
    '5a',
    '--',
  ];
  for (const clients of wrong) {
    const pattern = /CLIENTS is ".*", must be a whole number from 0 to 10000/;
    isOneLine(run(SCRIPT, ['x.yaml', clients], { cwd }), pattern);
  }
  assert.deepEqual(readdirSync(cwd), []);
});

test('CLIENTS with leading zeros is the number that it says', (t) => {
  const cwd = temporaryFolder(t);
  assert.equal(run(SCRIPT, ['x.yaml', '002'], { cwd }).status, 0);
  assert.match(readFileSync(join(cwd, 'x.yaml'), 'utf8'), /AGENCIES: 2\n/);
});

test('a mode that there is not', (t) => {
  const cwd = temporaryFolder(t);
  const pattern = /MODE is "loteria", must be one of lottery, batches, bet, echo/;
  isOneLine(run(SCRIPT, ['x.yaml', '1'], { cwd, env: { MODE: 'loteria' } }), pattern);
  assert.deepEqual(readdirSync(cwd), []);
});

test('a choice of a fleet that there is not, and a fleet in a mode that has none', (t) => {
  const cwd = temporaryFolder(t);
  const pattern = /FLEET is "maybe", must be one of yes, no, auto/;
  isOneLine(run(SCRIPT, ['x.yaml', '1'], { cwd, env: { FLEET: 'maybe' } }), pattern);
  for (const MODE of ['echo', 'bet']) {
    isOneLine(
      run(SCRIPT, ['x.yaml', '100'], { cwd, env: { FLEET: 'yes', MODE } }),
      new RegExp(`FLEET is "yes", but in mode ${MODE} each agency has a container of its own`),
    );
  }
  assert.deepEqual(readdirSync(cwd), []);
});

test('a container for each agency, however many, unless a fleet is asked for', (t) => {
  const cwd = temporaryFolder(t);
  const servicesOf = (clients: string, env: Record<string, string>): number => {
    const { status, stderr } = run(SCRIPT, ['x.yaml', clients], { cwd, env });
    assert.equal(status, 0, stderr);
    return readFileSync(join(cwd, 'x.yaml'), 'utf8').match(/^ {4}container_name: client/gm)?.length ?? 0;
  };
  assert.equal(servicesOf('300', {}), 300);
  assert.equal(servicesOf('300', { FLEET: '' }), 300);
  assert.equal(servicesOf('300', { FLEET: 'no', MODE: 'batches' }), 300);
  assert.equal(servicesOf('3', { FLEET: 'yes' }), 1);
  assert.equal(servicesOf(String(mostApart() + 1), { FLEET: 'auto' }), 1);
  assert.equal(servicesOf('5', { FLEET: 'auto' }), 5);
  assert.equal(servicesOf('300', { FLEET: 'auto', MODE: 'echo' }), 300);
  assert.equal(servicesOf('0', { FLEET: 'yes' }), 0);
});

test('a FILE that cannot be written', (t) => {
  const cwd = temporaryFolder(t);
  const generate = (file: string) => run(SCRIPT, [file, '1'], { cwd });
  mkdirSync(join(cwd, 'folder'));
  writeFileSync(join(cwd, 'plain'), '');
  isOneLine(generate('none/x.yaml'), /cannot write "none\/x\.yaml": the folder ".*none" does not exist/);
  isOneLine(generate('folder'), /cannot write "folder": it is a folder/);
  isOneLine(generate('plain/x.yaml'), /cannot write "plain\/x\.yaml"/);
  isOneLine(generate('/dev/null'), /cannot write "\/dev\/null": it is not a regular file/);
  isOneLine(generate(''), /FILE is "", must be the name of a file/);
  isOneLine(generate('new/'), /FILE is "new\/", must be the name of a file/);
  isOneLine(generate('x'.repeat(300)), /the name is too long/);
  assert.deepEqual(readdirSync(cwd).sort(), ['folder', 'plain']);
});

test('a FILE without permission', { skip: process.getuid?.() === 0 && 'root may write everywhere' }, (t) => {
  const cwd = temporaryFolder(t);
  chmodSync(cwd, 0o500);
  isOneLine(run(SCRIPT, ['x.yaml', '1'], { cwd }), /cannot write "x\.yaml": permission denied/);
});

test('DATA that is no folder', (t) => {
  const cwd = temporaryFolder(t);
  const pattern = /cannot use ".*none" as the folder of the agencies' files: it does not exist/;
  isOneLine(run(SCRIPT, ['x.yaml', '1'], { cwd, env: { DATA: 'none' } }), pattern);
  assert.deepEqual(readdirSync(cwd), []);
});

test('DATA into which this user may not look', {
  skip: process.getuid?.() === 0 && 'root may look everywhere',
}, (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'shut'), { mode: 0o600 });
  const pattern = /cannot use ".*shut" as the folder of the agencies' files: permission denied/;
  isOneLine(run(SCRIPT, ['x.yaml', '1'], { cwd, env: { DATA: 'shut' } }), pattern);
  assert.deepEqual(readdirSync(cwd), ['shut']);
});

test('a file that is there is replaced as a whole, also through a link', (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'x.yaml'), 'old\n'.repeat(10_000));
  symlinkSync('x.yaml', join(cwd, 'link.yaml'));
  assert.equal(run(SCRIPT, ['link.yaml', '1'], { cwd }).status, 0);
  assert.match(readFileSync(join(cwd, 'x.yaml'), 'utf8'), /^# Quiniela/);
  assert.deepEqual(readdirSync(cwd).sort(), ['link.yaml', 'x.yaml']);
});

test('bash, sh, the file itself and make write the same', (t) => {
  const cwd = temporaryFolder(t);
  for (const [name, command, ...args] of [
    ['a.yaml', 'sh', SCRIPT],
    ['b.yaml', 'bash', SCRIPT],
    ['c.yaml', SCRIPT],
  ] as [string, string, ...string[]][]) {
    const { status, stdout, stderr } = run(command, [...args, name, '3'], { cwd });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
    assert.equal(stdout, `${name}: the server and 3 agencies\n`);
  }
  const file = join(cwd, 'd d.yaml');
  assert.equal(run('make', ['compose', `FILE=${file}`, 'CLIENTS=3']).status, 0);
  const [first, ...others] = ['a.yaml', 'b.yaml', 'c.yaml', 'd d.yaml'].map((name) =>
    readFileSync(join(cwd, name), 'utf8'),
  );
  for (const other of others) assert.equal(other, first);
  assert.ok(existsSync(join(REPOSITORY, '.data')), 'Docker would make it as root');
});
