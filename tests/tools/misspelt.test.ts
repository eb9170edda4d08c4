/** A variable that no target takes is said: make would silently go on without it. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { run, temporaryFolder } from '../compose/shell.ts';

const make = (...args: string[]) => {
  const { status, stderr } = run('make', ['-n', ...args]);
  return { status, said: stderr.replace(/^Makefile:\d+: /, '') };
};

/** Another Makefile, which takes in ours and has a target of its own. */
const aroundIt = (t: TestContext): string => {
  const file = join(temporaryFolder(t), 'Makefile');
  writeFileSync(file, 'include Makefile\nmine:\n');
  return file;
};

test('make names what a target does not take, and what it takes', () => {
  assert.deepEqual(make('demo', 'AGENCES=3'), {
    status: 2,
    said: '*** make demo takes no AGENCES; it takes AGENCIES ALL BETS DATA FLEET INSPECT INSPECT_CONTROL JSON LAB NATS_URL OPEN SERVERS TLS.  Stop.\n',
  });
  assert.match(make('demo', 'SEED=3').said, /^\*\*\* make demo takes no SEED;/);
  assert.match(make('demo', 'agencies=20').said, /^\*\*\* make demo takes no agencies; it takes AGENCIES /);
  assert.match(make('reset', 'agency=1').said, /^\*\*\* make reset takes no agency;/);
  assert.match(make('down', 'Z=1', 'Y=2').said, /^\*\*\* make down takes no Y Z\. {2}Stop\.$/m);
  // The program has this word, as a column's name; that makes it no variable.
  assert.match(make('up', 'NUMBER=3').said, /^\*\*\* make up takes no NUMBER;/);
});

test('make takes what stands in its help, what the program reads, and what the course types', () => {
  for (const args of [
    ['demo', 'AGENCIES=3', "DATA=it's a folder FOO=1"],
    ['up', 'BETS=10', 'SEED=2', 'FORCE=1'],
    ['bench-compare', 'BASE=main'],
    ['docker-compose-up', 'AGENCIES=3'],
    ['demo', 'INSPECT_FILE=run.ndjson', 'CLI_LOTTERY_SHORTDOCUMENTS=yes'],
    ['check', 'NODE=node'],
    ['up', 'COMPOSE_PROJECT_NAME=other', 'DOCKER_HOST=unix:///run/docker.sock'],
    ['test-all'],
  ]) {
    assert.deepEqual(make(...args), { status: 0, said: '' }, args.join(' '));
  }
});

test('a word that is no target is said before anything runs, whether it is the only one or not', (t) => {
  assert.deepEqual(make('demo', 'INSPECT'), {
    status: 2,
    said: '*** INSPECT is no target, it is a variable: INSPECT=value.  Stop.\n',
  });
  for (const words of [
    ['up', '5'],
    ['verify', 'docs'],
    ['demo', "it's", 'check'],
    ['check', '.*'],
    ['up', 'downn'],
    ['downn'],
    ['docs'],
  ]) {
    const { status, said } = make(...words);
    assert.match(said, /^\*\*\* make has no target (5|docs|it's|\.\*|downn): make help lists them, .*\n$/);
    assert.equal(status, 2);
  }
  for (const words of [
    ['check', 'docker-compose-down', 'images'],
    ['node_modules', 'check'],
    ['test-all', 'help'],
    ['docker-compose-up'],
    ['node_modules/.package-lock.json'],
    ['--eval', 'mine: ; @true', 'mine'],
    ['-f', aroundIt(t), 'mine', 'check'],
  ])
    assert.deepEqual(make(...words), { status: 0, said: '' }, words.join(' '));
});

const MAKEFILE = readFileSync(join(import.meta.dirname, '../../Makefile'), 'utf8');

/** What a target's program takes from the environment, into which make puts whatever is given. */
const READ_BY_ITSELF = /^(NATS_URL|INSPECT_CONTROL)$/;

test('what the help of a target speaks of, the target hands on', () => {
  const targets = [...MAKEFILE.matchAll(/^([a-z-]+):.*## (.*)$/gm)].filter(([, name = '']) =>
    /^(demo|data|certs|verify|recover|reset|up|cluster|chaos|compose)$/.test(name),
  );
  assert.equal(targets.length, 10);
  for (const [, target = '', help = ''] of targets) {
    const names = [...help.matchAll(/\b([A-Z_]+)=/g)].map(([, name = '']) => name);
    const values = names.map((name) => `${name}=${name === 'OPEN' ? 'no' : `is-${name}`}`);
    const { stdout, stderr } = run('make', ['-n', target, ...values]);
    for (const name of names.filter((name) => !READ_BY_ITSELF.test(name))) {
      const option = new RegExp(`is-${name}\\b|--(no-)?${name.toLowerCase()}\\b`);
      assert.match(stdout, option, `make ${target} ${name}=: ${stderr}`);
    }
  }
});

test('make chaos takes all that make cluster takes, and always ends with a draw', () => {
  const taken = (target: string): string[] => {
    const [, help = ''] = new RegExp(`^${target}:(.*)$`, 'm').exec(MAKEFILE) ?? [];
    return [...help.matchAll(/\b([A-Z_]+)=/g)].map(([, name = '']) => name).sort();
  };
  assert.deepEqual(
    taken('chaos'),
    taken('cluster').filter((name) => name !== 'MODE'),
  );
});
