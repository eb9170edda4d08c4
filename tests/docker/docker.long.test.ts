/** Each exercise in real containers, and the system's own promises. One file: they share names and network. */
import assert from 'node:assert/strict';
import { after, before, suite } from 'node:test';
import { REPOSITORY, run } from '../compose/shell.ts';
import { takeTurn } from '../support/turn.ts';
import { clusters } from './cluster.ts';
import { courseLayout } from './course.ts';
import { crashes } from './crashes.ts';
import { echoTests } from './echo-test.ts';
import { exercises1to4 } from './exercises-1-to-4.ts';
import { exercises5to8 } from './exercises-5-to-8.ts';
import { fleets } from './fleets.ts';
import { images } from './images.ts';
import { makeTargets } from './make-targets.ts';
import { monitoring } from './monitoring.ts';
import { secured } from './secured.ts';
import { strangeHosts } from './strange-hosts.ts';
import { containersOf, docker, dockerOk, removeProject } from './system.ts';

const info = run('docker', ['info', '--format', '{{.ServerVersion}}']);
const skip = info.status === 0 ? false : `Docker does not answer: ${info.stderr.split('\n')[0] ?? ''}`;

suite('Docker', { skip, concurrency: 1, timeout: 7_200_000 }, () => {
  let giveUpTurn = () => {};

  before(async () => {
    giveUpTurn = await takeTurn('quiniela-docker-tests');
    // Not ours to remove: somebody may be looking at it.
    assert.equal(containersOf(), '', 'a system is there already: `make down` first');
    const names = dockerOk('ps', '-aq', '--filter', 'name=^/server$');
    assert.equal(names, '', 'a container called "server" is there already');
    for (const target of ['server', 'client']) {
      const args = [
        'build',
        '-f',
        'docker/Dockerfile',
        '--target',
        target,
        '-t',
        `${target}:latest`,
        REPOSITORY,
      ];
      const { status, stderr } = docker(...args);
      assert.equal(status, 0, stderr);
    }
  });

  after(() => {
    docker('rm', '-f', 'server');
    removeProject();
    giveUpTurn();
  });

  exercises1to4();
  echoTests();
  exercises5to8();
  crashes();
  fleets();
  clusters();
  images();
  courseLayout();
  makeTargets();
  secured();
  monitoring();
  strangeHosts();
});
