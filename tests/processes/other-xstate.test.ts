/** We read what XState does not promise to keep: its version is pinned, and without that the program runs all the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { startAgency, startServer, temporaryFolder } from '../support/system.ts';

test('the version of XState is pinned exactly', () => {
  const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
  const { devDependencies } = read('package.json');
  assert.equal(devDependencies.xstate, read('node_modules/xstate/package.json').version);
});

test('with another XState a server says what it lacks, in one line, and draws', async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 50));
  const NODE_OPTIONS = `--import ${new URL('../support/other-xstate.ts', import.meta.url).href}`;
  const { program, port } = await startServer(t, { agencies: 1, env: { NODE_OPTIONS } });
  const agency = startAgency(t, { port, data });
  await agency.expectExit(0);
  await program.expectExit(0);
  const lacking = program.lines.filter((line) => line.includes('WARNING'));
  assert.equal(lacking.length, 1);
  assert.match(
    lacking[0]!,
    /action: config \| result: fail \| error: this XState has no system\.scheduler\.cancelAll: /,
  );
});
