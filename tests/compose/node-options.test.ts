import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  AGENCY_NODE_OPTIONS,
  HUB_NODE_OPTIONS,
  SERVER_NODE_OPTIONS,
} from '../../src/runtime/node-options.ts';
import { REPOSITORY } from './shell.ts';

const dockerfile = readFileSync(join(import.meta.dirname, '../../docker/Dockerfile'), 'utf8');

for (const [image, options] of Object.entries({ server: SERVER_NODE_OPTIONS, client: AGENCY_NODE_OPTIONS })) {
  test(`the image ${image} starts Node with the options that the demo and the bench give it`, () => {
    const [, rest = ''] = dockerfile.split(`FROM runtime AS ${image}\n`);
    const [entry = ''] = rest.split('CMD');
    for (const option of options) assert.ok(entry.includes(`"${option}"`), option);
  });
}

test('the inspector of a compose file starts Node with the options that the demo gives it', () => {
  const template = readFileSync(join(import.meta.dirname, '../../compose-templates/inspector.yaml'), 'utf8');
  for (const option of HUB_NODE_OPTIONS) assert.ok(template.includes(`\n    - ${option}\n`), option);
});

/** What V8 compares before it takes code that was compiled elsewhere: its version and its options. */
const TELL_FLAGS =
  "console.log(new (require('node:vm').Script)('0').createCachedData().toString('hex', 4, 16))";

const flagsOf = (options: readonly string[]): string =>
  execFileSync(process.execPath, [...options, '-e', TELL_FLAGS], { encoding: 'utf8' });

test('no option keeps V8 from taking the compiled code of Node’s own modules', () => {
  const plain = flagsOf([]);
  assert.notEqual(flagsOf(['--no-allocation-site-pretenuring']), plain, 'one that would is seen');
  for (const options of [SERVER_NODE_OPTIONS, AGENCY_NODE_OPTIONS, HUB_NODE_OPTIONS])
    assert.equal(flagsOf(options), plain, options.join(' '));
});

test('what a program loads late is loaded by the options of Node, whichever it has taken since', () => {
  const flags = "new (require('node:vm').Script)('0').createCachedData().toString('hex', 4, 16)";
  const program = `
    const { loadLate, markSeldom, scavengeAsNew } = require('./src/runtime/v8-options.ts');
    const flags = () => ${flags};
    const plain = flags();
    scavengeAsNew();
    const one = flags();
    markSeldom();
    const both = flags();
    loadLate(async () => flags()).then((late) => console.log(JSON.stringify({ plain, one, both, late, after: flags() })));`;
  const said = execFileSync(process.execPath, ['-e', program], { cwd: REPOSITORY, encoding: 'utf8' });
  const { plain, one, both, late, after } = JSON.parse(said);
  assert.equal(new Set([plain, one, both]).size, 3, 'each is seen');
  assert.deepEqual({ late, after }, { late: plain, after: both });
});
