import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Dialect, ServerMessage } from '../../machines/vocabulary/wire.ts';
import { REPLY_LINE_BYTES } from '../../src/limits.ts';
import { AgencyDecoder } from '../../src/protocol/agency-decoder.ts';
import { encodeReply, encodeReplyParts } from '../../src/protocol/encoder.ts';
import { everyCut, feed, readable } from '../support/chunks.ts';

const HEAD = 'c0ffee00'.repeat(8);

type Case = [reply: ServerMessage, line: string, heard: unknown[]];

const QUINIELA: Case[] = [
  [
    { kind: 'welcome', draw: '1', stored: 0, crc: 0 },
    'WELCOME:1:0:0\n',
    [{ type: 'server.welcome', draw: '1', stored: 0, crc: 0 }],
  ],
  [
    { kind: 'welcome', draw: '2', stored: 0, crc: 0, owed: 'noche' },
    'WELCOME:2:0:0:noche\n',
    [{ type: 'server.welcome', draw: '2', stored: 0, crc: 0, owed: 'noche' }],
  ],
  [
    { kind: 'welcome', draw: '2026-11-26-nocturna', stored: 26936, crc: 4294967295 },
    'WELCOME:2026-11-26-nocturna:26936:4294967295\n',
    [{ type: 'server.welcome', draw: '2026-11-26-nocturna', stored: 26936, crc: 4294967295 }],
  ],
  [
    { kind: 'stored', nexts: [120, 240, Number.MAX_SAFE_INTEGER] },
    'STORED:120\nSTORED:240\nSTORED:9007199254740991\n',
    [120, 240, Number.MAX_SAFE_INTEGER].map((next) => ({ type: 'server.stored', next })),
  ],
  [{ kind: 'stored', nexts: [] }, '', []],
  [
    { kind: 'rejected', offset: 240, position: 3, fault: 'FIRST_NAME' },
    'REJECTED:240:3:FIRST_NAME\n',
    [{ type: 'server.rejected', offset: 240, position: 3, fault: 'FIRST_NAME' }],
  ],
  [
    { kind: 'betStored', id: 'a_Z-9', number: 7574 },
    'BET:a_Z-9:7574\n',
    [{ type: 'server.betStored', id: 'a_Z-9', number: 7574 }],
  ],
  [
    { kind: 'winners', documents: [], head: HEAD },
    `WINNERS:0:${HEAD}:\n`,
    [{ type: 'server.winners', total: 0, head: HEAD, documents: [] }],
  ],
  [
    { kind: 'winners', documents: ['00000001', '30904465', '00000001'], head: HEAD },
    `WINNERS:3:${HEAD}:00000001,30904465,00000001\n`,
    [{ type: 'server.winners', total: 3, head: HEAD, documents: ['00000001', '30904465', '00000001'] }],
  ],
  [
    { kind: 'error', fault: 'BET_ID', text: 'ñandú: "x",\r\n\x00\u2028next' },
    'ERROR:BET_ID:ñandú: "x", next\n',
    [{ type: 'server.error', fault: 'BET_ID', text: 'ñandú: "x", next' }],
  ],
  [
    { kind: 'error', fault: 'GAP', text: '' },
    'ERROR:GAP:\n',
    [{ type: 'server.error', fault: 'GAP', text: '' }],
  ],
];

const TP0: Case[] = [
  [{ kind: 'tp0Count', count: 0 }, '0\n', [{ type: 'server.count', count: 0 }]],
  [{ kind: 'tp0Count', count: 120 }, '120\n', [{ type: 'server.count', count: 120 }]],
];

const ECHO: Case[] = [
  [
    { kind: 'echo', line: Buffer.from('ñandú 🎉\r\n') },
    'ñandú 🎉\r\n',
    [{ type: 'server.echo', line: 'ñandú 🎉\r\n' }],
  ],
];

for (const [dialect, cases] of [
  ['quiniela', QUINIELA],
  ['tp0', TP0],
  ['echo', ECHO],
] as const) {
  describe(`${dialect}: what the server says is what the agency hears, however it is cut`, () => {
    for (const [reply, line, heard] of cases) {
      test(`${reply.kind}: ${JSON.stringify(line)}`, () => {
        const bytes = encodeReply(reply);
        assert.equal(bytes.toString(), line);
        for (const cuts of everyCut(bytes)) {
          assert.deepEqual(
            readable(feed(new AgencyDecoder({ dialect }), bytes, cuts)),
            readable(heard),
            `cut at ${cuts}`,
          );
        }
      });
    }
  });
}

test('the winners of the original as a Python list count as its elements', () => {
  const counts = (line: string) =>
    feed(new AgencyDecoder({ dialect: 'tp0' }), Buffer.from(line)).map(
      (m) => m.type === 'server.count' && m.count,
    );
  assert.deepEqual(counts("['30904465', '21689196']\n[]\n['30904465']\n[30904465, 1]\n3\n"), [2, 0, 1, 2, 3]);
});

test('an echo that the server does not end is heard when it ends the connection; another answer is not', () => {
  const hear = (dialect: Dialect | 'echo', text: string) =>
    feed(new AgencyDecoder({ dialect }), Buffer.from(text)).map(({ type }) => type);
  assert.deepEqual(hear('echo', 'a\nb'), ['server.echo', 'server.echo']);
  assert.deepEqual(hear('quiniela', 'STORED:1\nSTORED:2'), ['server.stored']);
  assert.deepEqual(hear('tp0', '12\n1'), ['server.count']);
});

describe('what is no answer ends the session and says why', () => {
  const bad: [Dialect, string][] = [
    ...[
      ...[
        '',
        'HOLA',
        'STORED:',
        'STORED:-1',
        'STORED:01',
        'STORED:1:2',
        'STORED:9007199254740992',
        'STORED:1\r',
      ],
      ...[
        'WELCOME:1',
        'WELCOME:1:2',
        'WELCOME:1:1:4294967296',
        'WELCOME:1:2:3:',
        'WELCOME:1:2:3:4:5',
        'WELCOME:1:a:b',
        'stored:1',
      ],
      ...['WELCOME::1:2', 'WELCOME:Noche:1:2', `WELCOME:${'x'.repeat(65)}:1:2`],
      ...['REJECTED:1:2', 'REJECTED:1:2:x', 'REJECTED:1:2:X:Y', 'REJECTED::2:X'],
      ...['BET::1', 'BET:a:1000000000', 'BET:a', 'BET:a b:1', 'BET:a:1:2'],
      ...[
        'WINNERS',
        'WINNERS:',
        'WINNERS:1',
        'WINNERS:12345678,',
        'WINNERS:12345678 ',
        'WINNERS:1:ab:12345678',
      ],
      ...[`WINNERS:01:${HEAD}:`, `WINNERS:1:${HEAD}`, `WINNERS:1:${HEAD}:1`, 'ERROR:X', 'ERROR::x', 'ERROR'],
    ].map((line): [Dialect, string] => ['quiniela', line]),
    ...['', 'x', '-1', '01', '[', ']', "['x']", "['1',]", '[1,2]', '9007199254740992', 'ERROR:GAP:x'].map(
      (line): [Dialect, string] => ['tp0', line],
    ),
  ];
  for (const [dialect, line] of bad) {
    test(`${dialect}: ${JSON.stringify(line)}`, () => {
      const [message, ...others] = feed(
        new AgencyDecoder({ dialect }),
        Buffer.from(`${line}\n0\nSTORED:1\n`),
      );
      assert.equal(message?.type === 'protocol.violated' && message.fault, 'MALFORMED');
      assert.match((message as { text: string }).text, /^Cannot read the server's answer ".*"…?: expected /);
      assert.deepEqual(others, []);
    });
  }
});

const documentsOf = (total: number): string[] =>
  Array.from({ length: total }, (_, at) => `${at}`.padStart(8, '0'));

test('winners of any number come in lines of at most 8,192 bytes, and a longer line is refused', () => {
  const all = documentsOf(100_000);
  for (const total of [1, 799, 800, 801, 1_600, 1_601, 100_000]) {
    const documents = all.slice(0, total);
    const bytes = encodeReply({ kind: 'winners', documents, head: HEAD });
    const lines = bytes.toString().split('\n');
    assert.ok(lines.every((line) => line.length < 8_192));
    const messages = feed(new AgencyDecoder({ dialect: 'quiniela' }), bytes);
    assert.equal(messages.length, Math.ceil(total / 800));
    const heard = messages.flatMap((message) => ('documents' in message ? message.documents : []));
    assert.deepEqual(heard, documents);
    assert.partialDeepStrictEqual(messages.at(-1), { type: 'server.winners', total, head: HEAD });
    assert.ok(messages.slice(0, -1).every(({ type }) => type === 'server.someWinners'));
  }

  const decoder = new AgencyDecoder({ dialect: 'quiniela' });
  decoder.push(Buffer.alloc(REPLY_LINE_BYTES, '1'));
  const refused = decoder.next();
  assert.equal(refused?.type === 'protocol.violated' && refused.fault, 'LINE_TOO_LONG');
});

test('an answer that grows with the winners is made in parts, none longer than a line; any other in one', () => {
  const documents = documentsOf(5_000);
  const long: ServerMessage[] = [
    { kind: 'winners', documents, head: HEAD },
    { kind: 'tp0Winners', documents },
  ];
  for (const reply of long) {
    const parts = [...encodeReplyParts(reply)];
    assert.ok(parts.length >= (documents.length * '12345678,'.length) / REPLY_LINE_BYTES);
    assert.ok(parts.every((part) => part.length <= REPLY_LINE_BYTES));
    assert.equal(Buffer.concat(parts).toString(), encodeReply(reply).toString());
  }
  for (const [reply, line] of [...QUINIELA, ...TP0, ...ECHO].filter(([{ kind }]) => kind !== 'winners')) {
    assert.deepEqual([...encodeReplyParts(reply)].map(String), [line]);
  }
});

test('the original says all winners in one line, which may be longer than any of ours', () => {
  const documents = Array.from({ length: REPLY_LINE_BYTES / 8 }, (_, index) => String(10_000_000 + index));
  const line = encodeReply({ kind: 'tp0Winners', documents });
  assert.ok(line.length > REPLY_LINE_BYTES);
  assert.deepEqual(feed(new AgencyDecoder({ dialect: 'tp0' }), line), [
    { type: 'server.count', count: documents.length },
  ]);
});
