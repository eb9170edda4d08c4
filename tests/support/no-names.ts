/** A network of its own, in which a name server takes every question and answers none. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { makeFifo } from './plant.ts';
import type { Program } from './program.ts';
import { temporaryFolder, until } from './system.ts';

const canUnshare = spawnSync('unshare', ['-rmn', 'ip', 'link', 'set', 'lo', 'up']).status === 0;

/** Why such a network cannot be made here, for a test's `skip`. */
export const noOwnNetwork = !canUnshare && 'unshare and ip make no network here';

/** It listens on port 53, tells so by a file, and ends with the program, whose end of a FIFO it reads. */
const SILENT = `
  const socket = require('node:dgram').createSocket('udp4');
  socket.bind(53, '127.0.0.1', () => require('node:fs').writeFileSync(process.env.NAMES + '/listens', ''));
  process.stdin.on('end', () => process.exit()).resume();`;

const INSIDE = [
  'ip link set lo up',
  'mount --bind "$NAMES/resolv.conf" /etc/resolv.conf',
  '{ "$0" -e "$NAME_SERVER" <"$NAMES/alive" >/dev/null 2>&1 & }',
  'exec 9>"$NAMES/alive"',
  'while ! [ -e "$NAMES/listens" ]; do sleep 0.05; done',
  'exec "$0" "$@"',
].join(' && ');

/** 127.0.0.1, port 53, as the kernel writes it. */
const ASKED = '0100007F:0035';

/** What a Program is started with there, and what waits until it has asked for a name. */
export const withoutNames = (t: TestContext) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
  makeFifo(join(folder, 'alive'));
  return {
    env: { NAMES: folder, NAME_SERVER: SILENT },
    shell: `exec unshare -rmn sh -c '${INSIDE}' "$0" "$@"`,
    untilItAsks: ({ pid }: Program) => {
      const table = `/proc/${pid}/net/udp`;
      return until(() => asks(readFileSync(table, 'utf8')), 'a name is being looked up');
    },
  };
};

/** The third column is the other end. */
const asks = (table: string): boolean =>
  table.split('\n').some((row) => row.trim().split(/\s+/)[2] === ASKED);
