/** `make docker-compose-up` of a file that generar-compose.sh has written: without their files the agencies would end at once. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { runComposeCommand } from '../../src/compose/command.ts';
import { checkWrittenFiles } from '../../src/compose/up/written-files.ts';
import { temporaryFolder } from './shell.ts';

/** What is said of a file for so many agencies, with `files` there; `folder` is the clone, unless it is the user's DATA. */
async function said(
  t: TestContext,
  clients: string,
  {
    files = [],
    isOwn = false,
    ...options
  }: { files?: string[]; isOwn?: boolean; mode?: string; fleet?: string },
) {
  const root = temporaryFolder(t);
  const data = join(root, isOwn ? 'mine' : '.data');
  for (const folder of [data, join(root, 'docker')]) mkdirSync(folder);
  writeFileSync(join(root, 'docker', 'agency.yaml'), 'mode: lottery\n');
  for (const name of files) {
    if (name.endsWith('@')) symlinkSync('nowhere', join(data, name.slice(0, -1)));
    else writeFileSync(join(data, name), '');
  }
  const file = join(root, 'compose.yaml');
  await runComposeCommand({ args: [file, clients], data, env: {}, ...options });
  const { services } = parse(readFileSync(file, 'utf8'), { merge: true, maxAliasCount: -1 });
  try {
    checkWrittenFiles(Object.values(services), file, root);
    return 'all there';
  } catch (error) {
    return String(error).replaceAll(root, '');
  }
}

test('files that are not there are named, with what makes them', async (t) => {
  const text = 'has no file agency-N.csv for agency';
  assert.match(
    await said(t, '3', { files: ['agency-2.csv'] }),
    new RegExp(`"/\\.data" ${text} 1 3: make data AGENCIES=3 MISSING=1 makes them$`),
  );
  assert.match(await said(t, '2', { isOwn: true }), new RegExp(`"/mine" ${text} 1 2$`));
  assert.match(await said(t, '20', { fleet: 'yes' }), new RegExp(`${text} 1 2 3 4 and 16 more`));
  assert.match(await said(t, '1', { mode: 'batches' }), new RegExp(`${text} 1:`));
  assert.match(
    await said(t, '1', { files: ['agency-1.csv@'] }),
    /agency 1 is to read "\/\.data\/nowhere", which does not exist$/,
  );
});

test('those that are there, and agencies that read none, are let through', async (t) => {
  assert.equal(await said(t, '2', { files: ['agency-1.csv', 'agency-2.csv'] }), 'all there');
  for (const mode of ['echo', 'bet']) assert.equal(await said(t, '2', { mode }), 'all there', mode);
  const other = [{ environment: ['CLI_ID=1'] }, { environment: { CLI_ID: '1' }, volumes: ['./x:/data'] }, {}];
  assert.doesNotThrow(() => checkWrittenFiles(other, 'compose.yaml', '.'));
});
