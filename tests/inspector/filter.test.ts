/** The filter of the events asks exactly what was typed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Filterable, parseFilter, tookTerm } from '../../src/inspector/view/filter.ts';

const row = (fields: Partial<Filterable>): Filterable => ({
  type: 'client.batch',
  text: 'client.batch',
  source: 'socket',
  target: 'connection-1 · agency 7',
  gap: 0,
  took: [],
  ...fields,
});

const ROWS: Readonly<Record<string, Filterable>> = {
  seven: row({}),
  seventy: row({ target: 'connection-2 · agency 70', gap: 12 }),
  answer: row({
    type: 'server.stored',
    text: 'server.stored',
    source: 'socket',
    target: 'agency 7',
    gap: 2_000,
  }),
  commit: row({ type: 'folder.commit', text: 'folder.commit', source: 'store', target: 'folder' }),
  timer: row({
    type: 'xstate.after.linger.connection',
    text: 'after linger',
    source: 'connection-1 · agency 7',
    took: ['connection.lingering|xstate.after.linger|0'],
  }),
  odd: row({ type: 'say "no"', text: 'say "no"', source: 'y', target: 'a\\b', took: ['x"y\\|Say|0'] }),
};

const ASKED: readonly [query: string, rows: string[]][] = [
  ['client', ['seven', 'seventy']],
  ['CLIENT 70', ['seventy']],
  ['agency 7', ['seven', 'seventy', 'answer', 'timer']],
  ['"agency 7"', ['seven', 'answer', 'timer']],
  ['"agency 7', ['seven', 'answer', 'timer']],
  ['-client', ['answer', 'commit', 'timer', 'odd']],
  ['-"agency 7" -folder', ['seventy', 'odd']],
  ['actor:store', ['commit']],
  ['actor:"agency 70"', ['seventy']],
  ['from:socket', ['seven', 'seventy', 'answer']],
  ['to:agency -from:socket', ['timer']],
  ['type:store', ['answer']],
  ['type:"after linger"', ['timer']],
  ['-type:client -actor:folder', ['answer', 'timer', 'odd']],
  ['>10ms', ['seventy', 'answer']],
  ['>1.5s', ['answer']],
  ['<10ms agency', ['seven', 'timer']],
  ['-<10ms', ['seventy', 'answer']],
  ['took:lingering', ['timer']],
  ['took:"connection.lingering|xstate.after.linger|0"', ['timer']],
  [tookTerm('x"y\\|Say|0'), ['odd']],
  [tookTerm('x"y\\|say|0'), []],
  ['took:"x"', []],
  ['"say \\"no\\""', ['odd']],
  ['to:"a\\b"', ['odd']],
  ['type:client 70 OR type:folder', ['seventy', 'commit']],
  ['OR folder OR', ['commit']],
  ['unheard:of', []],
  ['(.*', []],
];

for (const [query, expected] of ASKED) {
  test(`${query} shows ${expected.join(', ') || 'nothing'}`, () => {
    const filter = parseFilter(query)!;
    const shown = Object.keys(ROWS).filter((name) => filter(ROWS[name]!));
    assert.deepEqual(shown, expected);
  });
}

test('a term that is only begun hides nothing', () => {
  for (const query of ['', '  ', '-', '"', '-"', 'actor:', '-type:', 'took:""'])
    assert.equal(parseFilter(query), undefined, query);
});
