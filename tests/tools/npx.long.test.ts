/** What `npm pack` makes works by npx in an empty folder, without a network: nothing but the bundle is installed. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { REPOSITORY, run, temporaryFolder } from '../compose/shell.ts';
import { clone } from '../support/clone.ts';

/** The Node that runs this before that of the system, npm of the system; nothing of a clone's own. */
const PATH = [dirname(process.execPath), ...(process.env.PATH ?? '').split(delimiter)]
  .filter((folder) => !folder.endsWith('node_modules/.bin'))
  .join(delimiter);

function packed(t: TestContext) {
  const folder = temporaryFolder(t);
  const cache = { PATH, npm_config_cache: join(folder, 'cache'), npm_config_offline: 'true' };
  const source = clone(t);
  const { status, stderr } = run('npm', ['pack', '--pack-destination', folder], { cwd: source, env: cache });
  assert.equal(status, 0, stderr);
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz'))!);
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const npx = (args: readonly string[], env: Record<string, string> = {}) =>
    run('npx', ['--yes', '--package', tarball, 'quiniela', ...args], {
      cwd: empty,
      env: { ...cache, MAKELEVEL: undefined, ...env } as never,
    });
  return { folder, tarball, empty, npx };
}

test('npm pack, npx: version, the whole demo, a compose file that builds of the bundle', (t) => {
  const { folder, tarball, empty, npx } = packed(t);
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
  assert.deepEqual(npx(['--version']), { status: 0, stdout: `${version}\n`, stderr: '' });
  const [place = ''] = readdirSync(join(folder, 'cache', '_npx'));
  const installed = join(folder, 'cache', '_npx', place, 'node_modules');
  assert.ok(existsSync(join(installed, 'quiniela', 'dist', 'LICENSES.txt')));
  assert.deepEqual(
    readdirSync(installed).filter((name) => !name.startsWith('.')),
    ['quiniela'],
  );

  const demo = npx(['demo', '--agencies', '2', '--bets', '50']);
  assert.equal(demo.status, 0, demo.stderr);
  assert.match(demo.stdout, /^ {3}total +100 +100 +\d+$/m);
  const [, next = ''] = /^ {2}npx --package (.+ verify \.data\/demo) /m.exec(demo.stdout) ?? [];
  assert.equal(next, `${tarball} quiniela verify .data/demo`);
  assert.equal(npx(['verify', '.data/demo']).status, 0);

  const compose = npx(['compose', 'compose.yaml', '2', '--inspect']);
  assert.deepEqual([compose.status, compose.stderr], [0, '']);
  const { services } = parse(readFileSync(join(empty, 'compose.yaml'), 'utf8'));
  const { context, dockerfile } = services.server.build;
  const at = join(empty, context);
  assert.equal(at, join(installed, 'quiniela', 'dist'));
  for (const [, file = ''] of readFileSync(join(at, dockerfile), 'utf8').matchAll(/^COPY ([\w./ -]+) \S+$/gm))
    for (const name of file.split(' ')) assert.ok(existsSync(join(at, name)), name);
  const mounts = [
    ...services.server.volumes,
    ...parse(readFileSync(join(empty, 'compose.yaml'), 'utf8'))['x-client'].volumes,
  ];
  for (const { type, source } of mounts)
    if (type === 'bind') assert.ok(existsSync(join(empty, source)), source);
  assert.ok(existsSync(join(empty, '.data')), "the agencies' files are the user's, not npm's");
});

const [old] = ['/usr/bin/node', '/usr/local/bin/node'].filter(
  (node) => existsSync(node) && /^v(1\d|2[0-3])\./.test(run(node, ['--version']).stdout),
);

test('an old Node is one line that says which is needed', { skip: !old && 'there is none here' }, (t) => {
  const { npx } = packed(t);
  const { status, stdout, stderr } = npx(['demo'], { PATH: dirname(old!) });
  assert.deepEqual([status, stdout], [2, '']);
  assert.match(stderr, /^(npm warn .*\n)*quiniela needs Node 24\.12 or later, this is \S+: see https:\S+\n$/);
});
