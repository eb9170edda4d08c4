/** What the images hold, and what makes them anew. */
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { REPOSITORY, temporaryFolder } from '../compose/shell.ts';
import { docker, dockerOk } from './system.ts';

const files = (image: string): Set<string> =>
  new Set(
    dockerOk(
      'run',
      '--rm',
      '--user',
      'root',
      '--entrypoint',
      'find',
      image,
      '/',
      '-xdev',
      '-type',
      'f',
    ).split('\n'),
  );

const inspect = (image: string, format: string): string => dockerOk('image', 'inspect', '-f', format, image);

/**
 * Megabytes that ours may add to Node's image: the program, as compressed text the packages that few runs need, and what V8
 * has compiled of it, which is 2.0.
 */
const ADDED_MB = 4.15;

/** Under names of their own: `make down` gives back a `server:latest` that stood there before. */
const BUILT = { server: 'quiniela-images/server', client: 'quiniela-images/client' } as const;

/** What few runs need, in both images. */
const LATE = [
  ...['nats', 'reflect', 'undici', 'undici-client', 'x509'].map((text) => `/app/program.${text}.zst`),
  '/app/program.undici-client.v8',
];

export function images(): void {
  suite('images', () => {
    before(() => {
      for (const [target, tag] of Object.entries(BUILT))
        dockerOk('build', '-q', '-f', 'docker/Dockerfile', '--target', target, '-t', tag, REPOSITORY);
    });
    after(() => docker('rmi', '-f', BUILT.server, BUILT.client));
    theirImages();
  });
}

function theirImages(): void {
  test('an image is Node and one program as V8 has compiled it, with a supervisor, run by an unprivileged user', () => {
    const base = files('node:26-slim');
    for (const image of Object.values(BUILT)) {
      assert.deepEqual(
        [...files(image)]
          .filter((file) => !base.has(file))
          .map((file) =>
            file.replace(/program-[0-9a-f]{12}/, 'program').replace(/-[0-9a-f]{8}\.zst$/, '.zst'),
          )
          .sort(),
        image === BUILT.server
          ? [
              '/app/healthy.sh',
              '/app/program.cjs',
              '/app/program.echo.v8',
              '/app/program.server.v8',
              ...LATE,
              '/app/quiniela.mjs',
              '/app/supervise.sh',
            ].sort()
          : [
              '/app/program.agency.v8',
              '/app/program.cjs',
              ...LATE,
              '/app/quiniela.mjs',
              '/app/supervise.sh',
            ].sort(),
      );
      assert.equal(inspect(image, '{{.Config.User}}'), 'node');
      const added = Number(inspect(image, '{{.Size}}')) - Number(inspect('node:26-slim', '{{.Size}}'));
      assert.ok(added < ADDED_MB * 1024 * 1024, `${added} bytes`);
    }
  });

  test('a process in the image has the rights that it needs and no others', () => {
    const entrypoint = (image: string): string[] => JSON.parse(inspect(image, '{{json .Config.Entrypoint}}'));
    const attempt = (image: string, code: string) => {
      const words = entrypoint(image);
      const [node = '', ...rights] = words
        .slice(words.indexOf('node'))
        .filter((word) => !/^\/app|^server$|^agency$/.test(word));
      return docker('run', '--rm', '--entrypoint', node, image, ...rights, '-e', code);
    };
    for (const image of Object.values(BUILT)) {
      assert.match(attempt(image, 'fs.readFileSync("/etc/passwd")').stderr, /ERR_ACCESS_DENIED/);
      assert.match(attempt(image, 'fs.writeFileSync("/tmp/x", "")').stderr, /ERR_ACCESS_DENIED/);
      assert.match(attempt(image, 'child_process.execSync("true")').stderr, /ERR_ACCESS_DENIED/);
      assert.match(
        attempt(image, 'new worker_threads.Worker("0", { eval: true })').stderr,
        /ERR_ACCESS_DENIED/,
      );
      const write = attempt(image, 'fs.writeFileSync("/data/x", "")');
      assert.equal(write.status === 0, image === BUILT.server, write.stderr);
    }
  });

  test('after a change of the configuration, a build finds everything done', (t) => {
    const clone = temporaryFolder(t);
    const context = readFileSync(join(REPOSITORY, '.dockerignore'), 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? line.slice(1) : []));
    for (const path of [...context, '.dockerignore', 'docker']) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      cpSync(join(REPOSITORY, path), join(clone, path), { recursive: true });
    }
    const build = (): string => {
      const args = [
        'build',
        '--progress=plain',
        '-f',
        join(clone, 'docker', 'Dockerfile'),
        '--target',
        'server',
        clone,
      ];
      const { status, stderr } = docker(...args);
      assert.equal(status, 0, stderr);
      return stderr;
    };
    build();
    appendFileSync(join(clone, 'docker', 'server.yaml'), '\nANNOUNCE_TIMEOUT: 3s\n');
    appendFileSync(join(clone, 'docker', 'agency.yaml'), '\n# changed\n');
    const output = build();
    const steps = [...output.matchAll(/^#(\d+) \[\S+ +\d+\/\d+\] (?!FROM)/gm)].map(([, step]) => step);
    assert.ok(steps.length >= 8, output);
    for (const step of steps) assert.match(output, new RegExp(`^#${step} CACHED$`, 'm'));
  });
}
