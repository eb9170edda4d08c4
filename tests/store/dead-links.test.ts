/** A draw's folder, or the one for its archive, that cannot be one: it is named, and what is in its way. */
import assert from 'node:assert/strict';
import { symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { archiveDraw } from '../../src/store/archive.ts';
import { openBetStore } from '../../src/store/bet-store.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { recoverFolder } from '../../src/store/recover.ts';
import { temporaryFolder } from './temporary.ts';

const disk = nodeDisk();

test('a link to nothing, and one to itself, are said to be that', async (context) => {
  const link = join(await temporaryFolder(context), 'draw');
  const loop = `${link}-loop`;
  await symlink('nowhere', link);
  await symlink('draw-loop', loop);
  for (const [dir, dead] of [
    [link, link],
    [join(link, 'below'), link],
    [loop, loop],
  ] as const) {
    const opening = openBetStore({ dir, disk, agencies: 1, now: Date.now, notice: () => {} });
    const message = `opening "${dir}": "${dead}" is a link to nothing, or to itself`;
    await assert.rejects(opening, { code: 'IO', exitCode: 2, message });
  }
});

test('a bets.csv that is a link to nothing is told by recover as one that is missing', async (context) => {
  const dir = await temporaryFolder(context);
  const options = { dir, disk, now: Date.now };
  const opened = await openBetStore({ ...options, agencies: 1, notice: () => {} });
  await opened.store.close();
  await unlink(join(dir, 'bets.csv'));
  await symlink('nowhere', join(dir, 'bets.csv'));
  const { lines } = await recoverFolder({ ...options, force: false });
  assert.match(lines[0]!, /^damage: .*bets\.csv, byte 0: the file is missing, its journal is not$/);
  assert.equal((await recoverFolder({ ...options, force: true })).isMended, true);
});

test('a file of a new draw that is a link to nothing, or to itself, is named', async (context) => {
  const dir = await temporaryFolder(context);
  const opening = () => openBetStore({ dir, disk, agencies: 1, now: Date.now, notice: () => {} });
  for (const [name, target, exact] of [
    ['bets.csv', '/nowhere/bets.csv', `cannot use "${join(dir, 'bets.csv')}": it is a link to nothing`],
    ['journal.ndjson', '/nowhere/j', `cannot use "${join(dir, 'journal.ndjson')}": it is a link to nothing`],
    [
      'journal.ndjson',
      'journal.ndjson',
      `opening "${dir}": cannot use "${join(dir, 'journal.ndjson')}": too many links`,
    ],
  ] as const) {
    await symlink(target, join(dir, name));
    await assert.rejects(opening(), { exitCode: 2, message: exact });
    await unlink(join(dir, name));
  }
});

test('an archive’s name that a file or a dead link has is named with its path', async (context) => {
  const dir = await temporaryFolder(context);
  await writeFile(join(dir, 'draw-0001'), '');
  await symlink('nowhere', join(dir, 'draw-0002'));
  for (const [draw, why] of [
    ['1', 'what should be a folder is none'],
    ['2', `"${join(dir, 'draw-0002')}" is a link to nothing, or to itself`],
  ] as const) {
    const message = `cannot archive draw ${draw} in "${join(dir, `draw-000${draw}`)}": ${why}`;
    await assert.rejects(archiveDraw(disk, dir, draw), { code: 'IO', exitCode: 2, message });
  }
});
