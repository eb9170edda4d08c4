import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ClientEvent } from '../../machines/vocabulary/wire.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { everyCut, feed, readable } from '../support/chunks.ts';

const ANA = '7,Ana,Paz,12345678,2000-02-29,42';
const LEO = '7,Ñandú,Núñez,00000001,1999-12-31,0';

const rows = (...bets: string[]): Buffer => Buffer.from(bets.map((bet) => `${bet}\r\n`).join(''));
const hello = { type: 'client.hello', agency: 7 };
const batch = { type: 'client.batch', dialect: 'quiniela', agency: 7 };
const tp0Batch = { type: 'client.batch', dialect: 'tp0', agency: 7, offset: -1 };

/** What a peer says, and what is heard of it. */
const SESSIONS: [name: string, said: string | Buffer, heard: unknown[]][] = [
  ['nothing', '', []],
  [
    'an echo',
    'hola\nñandú 🎉\r\n\n',
    ['hola\n', 'ñandú 🎉\r\n', '\n'].map((line) => ({ type: 'client.echo', line: Buffer.from(line) })),
  ],
  [
    'an echo that does not end its line',
    'hola\nchau',
    ['hola\n', 'chau'].map((line) => ({ type: 'client.echo', line: Buffer.from(line) })),
  ],
  [
    'an echo that looks like bets later on',
    'x\n7,A\nHELLO:1\nDONE:1\n',
    ['x\n', '7,A\n', 'HELLO:1\n', 'DONE:1\n'].map((line) => ({
      type: 'client.echo',
      line: Buffer.from(line),
    })),
  ],
  [
    'an echo of bytes that are no text',
    Buffer.of(0xff, 0x00, 0x0a),
    [{ type: 'client.echo', line: Buffer.of(0xff, 0x00, 0x0a) }],
  ],
  [
    'a whole upload',
    `HELLO:7\nBATCH:0:${ANA};${LEO}\nBATCH:2:${ANA}\nDONE:7:3:4294967295\n`,
    [
      hello,
      { ...batch, offset: 0, count: 2, rows: rows(ANA, LEO) },
      { ...batch, offset: 2, count: 1, rows: rows(ANA) },
      { type: 'client.done', agency: 7, count: 3, crc: 4294967295 },
    ],
  ],
  [
    'names that are encoded, quoted and normalised',
    'HELLO:7\nBATCH:0:7,a%2Cb%3b%25,"x"%0d%0A,12345678,2000-02-29,0042\n',
    [hello, { ...batch, offset: 0, count: 1, rows: rows('7,"a,b;%","""x""\r\n",12345678,2000-02-29,42') }],
  ],
  [
    'a character of which one byte is encoded',
    Buffer.concat([
      Buffer.from('HELLO:7\nBATCH:0:7,%C3'),
      Buffer.of(0xb1),
      Buffer.from(',b,12345678,2000-02-29,1\n'),
    ]),
    [hello, { ...batch, offset: 0, count: 1, rows: rows('7,ñ,b,12345678,2000-02-29,1') }],
  ],
  [
    'a single bet',
    `HELLO:7\nBET:a_Z-9:${LEO}\n`,
    [hello, { type: 'client.bet', id: 'a_Z-9', row: rows(LEO), document: '00000001', number: 0 }],
  ],
  [
    'a single bet with quotes and commas in its names',
    'HELLO:7\nBET:x:7,"%2C,%2C",87654321,2000-02-29,0010\n',
    [
      hello,
      {
        type: 'client.bet',
        id: 'x',
        row: rows('7,""",",",""",87654321,2000-02-29,10'),
        document: '87654321',
        number: 10,
      },
    ],
  ],
  ['an upload that breaks off', `HELLO:7\nBATCH:0:${ANA}`, [hello]],
  ['a HELLO that breaks off', 'HELLO:7', []],
  [
    'a batch of one character',
    'HELLO:7\nBATCH:0:x\n',
    [
      hello,
      {
        type: 'client.badBatch',
        dialect: 'quiniela',
        agency: 7,
        offset: 0,
        count: 1,
        position: 0,
        fault: 'FIELDS',
      },
    ],
  ],
  [
    'a bad bet among good ones',
    `HELLO:7\nBATCH:5:${ANA};7,Ana,Paz,1234567,2000-02-29,42;;${ANA}\nBATCH:5:${ANA}\n`,
    [
      hello,
      {
        type: 'client.badBatch',
        dialect: 'quiniela',
        agency: 7,
        offset: 5,
        count: 4,
        position: 1,
        fault: 'DOCUMENT',
      },
      { ...batch, offset: 5, count: 1, rows: rows(ANA) },
    ],
  ],
  [
    'the original: batches, then DONE and nothing after it',
    `${ANA};${LEO}\n${LEO}\nDONE:7`,
    [
      { ...tp0Batch, count: 2, rows: rows(ANA, LEO) },
      { ...tp0Batch, count: 1, rows: rows(LEO) },
      { type: 'client.tp0Done', agency: 7 },
    ],
  ],
  [
    'the original: a percent sign is itself',
    '7,5%2C,%,12345678,2000-02-29,1\n',
    [{ ...tp0Batch, count: 1, rows: rows('7,5%2C,%,12345678,2000-02-29,1') }],
  ],
  [
    'the original: a bet of another agency',
    `${ANA};8,Ana,Paz,12345678,2000-02-29,42\n`,
    [
      {
        type: 'client.badBatch',
        dialect: 'tp0',
        agency: 7,
        offset: -1,
        count: 2,
        position: 1,
        fault: 'AGENCY',
      },
    ],
  ],
  [
    "exercise 5's bet, which ends in a separator",
    `${ANA};\n`,
    [{ type: 'client.tp0Bet', agency: 7, row: rows(ANA), document: '12345678', number: 42 }],
  ],
  [
    "exercise 5's bet without a newline, at the peer's end",
    `${ANA};`,
    [{ type: 'client.tp0Bet', agency: 7, row: rows(ANA), document: '12345678', number: 42 }],
  ],
  [
    "exercise 5's bet, and it is bad",
    '7,Ana,Paz,12345678,2000-02-29,10000;\n',
    [{ type: 'client.badTp0Bet', agency: 7, fault: 'NUMBER' }],
  ],
  [
    'the original: a separator after the last of several bets, and an empty line',
    `${ANA};${LEO};\n\n`,
    [
      {
        type: 'client.badBatch',
        dialect: 'tp0',
        agency: 7,
        offset: -1,
        count: 3,
        position: 2,
        fault: 'FIELDS',
      },
      {
        type: 'client.badBatch',
        dialect: 'tp0',
        agency: 7,
        offset: -1,
        count: 1,
        position: 0,
        fault: 'FIELDS',
      },
    ],
  ],
  [
    'the original: an unterminated batch is dropped',
    `${ANA}\n${LEO}`,
    [{ ...tp0Batch, count: 1, rows: rows(ANA) }],
  ],
];

/** Lines of an echo that came together are one message: what counts is that they go back as they came. */
const joined = (messages: readonly ClientEvent[]): ClientEvent[] => {
  const all: ClientEvent[] = [];
  for (const message of messages) {
    const last = all.at(-1);
    const isNext = message.type === 'client.echo' && last?.type === 'client.echo';
    if (isNext) last.line = Buffer.concat([last.line, message.line]);
    else all.push({ ...message });
  }
  return all;
};

describe('a session is heard the same whole, byte by byte, and cut in two anywhere', () => {
  for (const [name, said, heard] of SESSIONS) {
    test(name, () => {
      const bytes = Buffer.from(said as string);
      for (const cuts of everyCut(bytes)) {
        const messages = feed(new ServerDecoder(), bytes, cuts);
        assert.deepEqual(
          readable(joined(messages)),
          readable(joined(heard as ClientEvent[])),
          `cut at ${cuts}`,
        );
      }
    });
  }
});

test('every fault of a bet is told by its field, with the position of the first bad bet', () => {
  const faults: [fault: string, bet: string][] = [
    ['FIELDS', ''],
    ['FIELDS', '7,Ana,Paz,12345678,2000-02-29'],
    ['FIELDS', '7,Ana,Paz,12345678,2000-02-29,1,2'],
    ['AGENCY', '8,Ana,Paz,12345678,2000-02-29,1'],
    ['AGENCY', '07,Ana,Paz,12345678,2000-02-29,1'],
    ['AGENCY', ',Ana,Paz,12345678,2000-02-29,1'],
    ['AGENCY', '77,Ana,Paz,12345678,2000-02-29,1'],
    ['FIRST_NAME', '7,,Paz,12345678,2000-02-29,1'],
    ['FIRST_NAME', '7,%2,Paz,12345678,2000-02-29,1'],
    ['FIRST_NAME', '7,%G0,Paz,12345678,2000-02-29,1'],
    ['FIRST_NAME', '7,%FF,Paz,12345678,2000-02-29,1'],
    ['FIRST_NAME', '7,%C3,%B1,12345678,2000-02-29,1'],
    ['FIRST_NAME', `7,${'x'.repeat(65)},Paz,12345678,2000-02-29,1`],
    ['LAST_NAME', '7,Ana,,12345678,2000-02-29,1'],
    ['LAST_NAME', '7,Ana,%,12345678,2000-02-29,1'],
    ['LAST_NAME', `7,Ana,${'%41'.repeat(65)},12345678,2000-02-29,1`],
    ['DOCUMENT', '7,Ana,Paz,1234567x,2000-02-29,1'],
    ['DOCUMENT', '7,Ana,Paz,%31234567,2000-02-29,1'],
    ['BIRTHDATE', '7,Ana,Paz,12345678,2001-02-29,1'],
    ['BIRTHDATE', '7,Ana,Paz,12345678,2001.02.28,1'],
    ['NUMBER', '7,Ana,Paz,12345678,2000-02-29,'],
    ['NUMBER', '7,Ana,Paz,12345678,2000-02-29,10000'],
    ['NUMBER', '7,Ana,Paz,12345678,2000-02-29,1 '],
    ['NUMBER', '7,Ana,Paz,12345678,2000-02-29,1\r'],
  ];
  for (const [fault, bet] of faults) {
    const said = Buffer.from(`HELLO:7\nBATCH:9:${ANA};${bet};${LEO};x\nBET:id:${bet}\n`);
    const [, batchMessage, betMessage] = feed(new ServerDecoder(), said);
    const invalid = {
      type: 'client.badBatch',
      dialect: 'quiniela',
      agency: 7,
      offset: 9,
      count: 4,
      position: 1,
      fault,
    };
    assert.deepEqual(batchMessage, invalid, bet);
    assert.deepEqual(betMessage, { type: 'client.badBet', id: 'id', fault }, bet);
  }
});

test('a name of bytes that are no UTF-8 is a fault of its own bet, also beside good ones', () => {
  const latin1 = Buffer.from(
    `HELLO:7\nBATCH:0:${ANA};7,Jos\xe9,Paz,12345678,2000-02-29,1;${ANA}\n`,
    'latin1',
  );
  const [, message] = feed(new ServerDecoder(), latin1);
  assert.equal(message?.type === 'client.badBatch' && message.fault, 'FIRST_NAME');
  assert.equal(message?.type === 'client.badBatch' && message.position, 1);
});

test('a line that ends after all is the message that was waited for: the one begun behind it may go on', () => {
  const decoder = new ServerDecoder();
  decoder.push(Buffer.from('hola\nadi'));
  decoder.take();
  assert.partialDeepStrictEqual(decoder.next(), { type: 'client.echo', line: Buffer.from('hola\n') });
  assert.equal(decoder.next(), undefined);
  decoder.push(Buffer.from('os\n'));
  assert.partialDeepStrictEqual(decoder.next(), { type: 'client.echo', line: Buffer.from('adios\n') });
});

test('a HELLO that has not ended is none, however long its sender pauses: the agency may have further digits', () => {
  const hello = 'HELLO:12';
  for (let length = 1; length <= hello.length; length++) {
    const begun = hello.slice(0, length);
    const decoder = new ServerDecoder();
    decoder.push(Buffer.from(begun));
    assert.deepEqual([decoder.next(), decoder.pauseTells], [undefined, false], begun);
    if (!begun.includes(':')) continue;
    decoder.take();
    assert.partialDeepStrictEqual(decoder.next(), { type: 'protocol.violated', fault: 'TIMEOUT' }, begun);
  }
});

test('where the original is not spoken, its begun lines are echoed after a pause like any other', () => {
  const decoder = new ServerDecoder({ tp0: false });
  const line = Buffer.from('1,Ana,Paz');
  decoder.push(line);
  assert.deepEqual([decoder.next(), decoder.pauseTells], [undefined, true]);
  decoder.take();
  assert.deepEqual(decoder.next(), { type: 'client.echo', line });
});

test('the original: a first bet with a fault is none to be echoed, if it has a document and a number; its agency is one that there may be', () => {
  const faulty = feed(new ServerDecoder(), Buffer.from('7,Ana,Paz,1234567,some day,42\n'));
  assert.partialDeepStrictEqual(faulty, [{ type: 'client.badBatch', agency: 7, fault: 'DOCUMENT' }]);
  const strange = Buffer.from(`12345${ANA}\n`);
  assert.deepEqual(feed(new ServerDecoder(), strange), [{ type: 'client.echo', line: strange }]);
});

test('the original: whose session it is says its first bet, and a later one of another agency is none', () => {
  const other = ANA.replace('7,', '8,');
  const agencies = feed(new ServerDecoder(), Buffer.from(`${ANA}\n${other}\n${other};\n${ANA}\n`));
  assert.partialDeepStrictEqual(agencies, [
    { type: 'client.batch', agency: 7 },
    { type: 'client.badBatch', agency: 7, fault: 'AGENCY' },
    { type: 'client.badTp0Bet', agency: 7, fault: 'AGENCY' },
    { type: 'client.batch', agency: 7 },
  ]);
});

test('two bets in a single-bet message are none', () => {
  const [, message] = feed(new ServerDecoder(), Buffer.from(`HELLO:7\nBET:id:${ANA};${ANA}\n`));
  assert.deepEqual(message, { type: 'client.badBet', id: 'id', fault: 'FIELDS' });
});

test('a peer that speaks TLS has come to the wrong port, however its first bytes are cut', () => {
  const hello = Buffer.from('160301020001000200010000', 'hex');
  for (const pieces of [[hello], [...hello].map((byte) => Buffer.of(byte))]) {
    const decoder = new ServerDecoder();
    const heard = pieces.flatMap((piece) => {
      decoder.push(piece);
      return decoder.next() ?? [];
    });
    assert.partialDeepStrictEqual(heard, [{ type: 'protocol.violated', fault: 'MALFORMED' }]);
    assert.equal(heard.length, 1);
  }
  // Inside an echo, or as less than a record, they are bytes like any other.
  const echo = new ServerDecoder();
  echo.push(Buffer.concat([Buffer.from('hola\n'), hello]));
  echo.end();
  assert.equal(echo.next()?.type, 'client.echo');
  assert.equal(echo.next()?.type, 'client.echo');
});
