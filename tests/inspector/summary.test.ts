import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { summariseFields } from '../../src/inspector/probe/summary.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { startAgency, startServer, temporaryFolder } from '../support/system.ts';

test('of what a bettor wrote only the size is told', () => {
  const event = {
    type: 'client.bet',
    id: 'secret',
    name: 'A',
    groups: [[]],
    row: Buffer.from('1,Ana,Lorca,30904465,1999-03-17,7574'),
    document: '30904465',
    number: 7574,
    documents: ['30904465', '30904466'],
    winners: new Map([[1, ['30904465']]]),
    agencies: new Set([3, 1]),
    nested: { text: 'Ana', deeper: { deepest: { bottom: 1 } } },
    error: new TypeError('Ana'),
    handle: process.stdout,
    call: () => {},
    nothing: undefined,
  };
  assert.deepEqual(summariseFields(event), {
    type: 'client.bet',
    id: '‹6 characters›',
    name: '‹1 character›',
    groups: '‹1 item›',
    row: '‹36 bytes›',
    document: '‹8 characters›',
    documents: '‹2 items›',
    winners: [1],
    agencies: [3, 1],
    nested: { text: '‹3 characters›', deeper: { deepest: '‹…›' } },
    error: { error: 'TypeError' },
    handle: null,
  });
});

test('which draw it is, and the words of the program itself, can be read', () => {
  const head = 'a1'.repeat(32);
  const words = {
    draw: 'nocturna-7',
    owed: 'nocturna-6',
    head,
    identity: 'address',
    encoding: 'latin1',
    dates: 'YYYY-MM-DD',
  };
  assert.deepEqual(summariseFields({ type: 'server.welcome', ...words }), {
    type: 'server.welcome',
    ...words,
  });
});

test('of few numbers each is told, of many only how many there are', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
  for (const of of [
    (count: number) => numbers(count),
    (count: number) => new Set(numbers(count)),
    (count: number) => new Map(numbers(count).map((number) => [number, 'Ana'])),
  ]) {
    assert.deepEqual(summariseFields({ told: of(128) }), { told: numbers(128) });
    assert.match(String(summariseFields({ told: of(129) }).told), /^‹129 (items|entries)›$/);
  }
});

test('a chain of objects is not walked along', () => {
  let queue: object | undefined;
  for (let item = 0; item < 10_000; item += 1)
    queue = { item: { request: { rows: Buffer.alloc(1) } }, earlier: queue };
  assert.ok(JSON.stringify(summariseFields({ queue })).length < 200);
});

test('a recorded draw holds no name, document or row, and its lines are short', async (t) => {
  const folder = temporaryFolder(t);
  const rows = makeBets(1, 300, 3);
  writeAgencyFile(folder, 1, rows);
  const env = { INSPECT_FILE: join(folder, 'run.ndjson') };
  const { program: server, port } = await startServer(t, { agencies: 1, env });
  await startAgency(t, { port, data: folder, env }).expectExit(0);
  await server.expectExit(0);
  const text = readFileSync(env.INSPECT_FILE, 'utf8');
  for (const [, first, last, document, birthdate] of rows) {
    for (const word of [document, birthdate, last]) assert.ok(!text.includes(word), word);
    if (first.includes(' ')) assert.ok(!text.includes(first), first);
  }
  const lines = text.split('\n').filter((line) => !line.includes('"definition"'));
  assert.ok(Math.max(...lines.map(({ length }) => length)) < 2_000);
});
