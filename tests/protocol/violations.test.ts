import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LINE_BYTES } from '../../src/limits.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { drain, everyCut, feed } from '../support/chunks.ts';

const ANA = '7,Ana,Paz,12345678,2000-02-29,42';

/** The last message of a session that goes wrong, and whatever was said after it. */
const VIOLATIONS: [said: string, fault: string, text: RegExp][] = [
  ['HELLO:\n', 'MALFORMED', /HELLO: the agency is "", expected an integer/],
  ['HELLO:+1\n', 'MALFORMED', /"\+1"/],
  ['HELLO:01\n', 'MALFORMED', /"01"/],
  ['HELLO:1\r\n', 'MALFORMED', /"1\\r"/],
  ['HELLO:9007199254740992\n', 'MALFORMED', /HELLO/],
  ['HELLO:7\nHELLO:7\n', 'OUT_OF_ORDER', /HELLO was said before, by agency 7/],
  ['HELLO:7\nHola\n', 'MALFORMED', /the word is "Hola", expected HELLO, BATCH, BET or DONE/],
  [`HELLO:7\n${ANA}\n`, 'MALFORMED', /"7,Ana,Paz,123456"/],
  ['HELLO:7\n\n', 'MALFORMED', /the word is ""/],
  ['HELLO:7\nbatch:0:x\n', 'MALFORMED', /"batch"/],
  ['HELLO:7\nBATCH:\n', 'MALFORMED', /BATCH: the offset is ""/],
  ['HELLO:7\nBATCH:0\n', 'MALFORMED', /list of bets is "", expected : and at least one bet/],
  ['HELLO:7\nBATCH:0:\n', 'MALFORMED', /list of bets is ":"/],
  [`HELLO:7\nBATCH:-1:${ANA}\n`, 'MALFORMED', /"-1"/],
  [`HELLO:7\nBATCH:9007199254740991:${ANA}\n`, 'MALFORMED', /offset is "9007199254740991"/],
  ['HELLO:7\nDONE:7\n', 'MALFORMED', /DONE: the count is ""/],
  ['HELLO:7\nDONE:7:1\n', 'MALFORMED', /DONE: the CRC is ""/],
  ['HELLO:7\nDONE:7:1:4294967296\n', 'MALFORMED', /"4294967296", expected a CRC-32/],
  ['HELLO:7\nDONE:7:1:x:3\n', 'MALFORMED', /the CRC is "x"/],
  ['HELLO:7\nDONE:7:1:2:\n', 'MALFORMED', /the SHA-256 is "", expected 64 hex digits/],
  ['HELLO:7\nDONE:7:1:2:3\n', 'MALFORMED', /the SHA-256 is "3"/],
  [`HELLO:7\nDONE:7:1:2:${'A'.repeat(64)}:AA==\n`, 'MALFORMED', /the SHA-256 is "A{40}"…/],
  [`HELLO:7\nDONE:7:1:2:${'0'.repeat(64)}\n`, 'MALFORMED', /the signature is "", expected : and base64/],
  [`HELLO:7\nDONE:7:1:2:${'0'.repeat(64)}:\n`, 'MALFORMED', /the signature is ":"/],
  [`HELLO:7\nDONE:7:1:2:${'0'.repeat(64)}:AA=\n`, 'MALFORMED', /the signature is ":AA="/],
  [`HELLO:7\nDONE:7:1:2:${'0'.repeat(64)}:AB==\n`, 'MALFORMED', /the signature is ":AB=="/],
  [`HELLO:7\nDONE:7:1:2:${'0'.repeat(64)}:AA==:\n`, 'MALFORMED', /the signature is ":AA==:"/],
  [`HELLO:7\nDONE:7:1:2:${'0'.repeat(64)}:${'A'.repeat(1372)}\n`, 'MALFORMED', /of at most 1024 bytes/],
  ['HELLO:7\nDONE:7:x:2\n', 'MALFORMED', /the count is "x"/],
  ['HELLO:7\nBET::x\n', 'MALFORMED', /BET: the id is ""/],
  ['HELLO:7\nBET:a b:x\n', 'MALFORMED', /the id is "a b"/],
  [`HELLO:7\nBET:${'a'.repeat(65)}:x\n`, 'MALFORMED', /the id is "a{40}"…, expected 1 to 64/],
  ['HELLO:7\nBET:a\n', 'MALFORMED', /BET: the bet is ""/],
  [`${ANA}\nDONE:x\n`, 'MALFORMED', /DONE: the agency is "x"/],
  [`${ANA}\nDONE:\n`, 'MALFORMED', /DONE: the agency is ""/],
  ['DONE:01\n', 'MALFORMED', /"01"/],
  [`${ANA}\nDONE:8\n`, 'AGENCY', /agency 7 with DONE of agency 8/],
  [`${ANA}\nDONE:77`, 'AGENCY', /agency 7 with DONE of agency 77/],
  [`7${ANA}\nDONE:7`, 'AGENCY', /agency 77 with DONE of agency 7/],
];

describe('what is no message ends the session, says why, and nothing after it is heard', () => {
  for (const [said, fault, text] of VIOLATIONS) {
    test(JSON.stringify(said), () => {
      const bytes = Buffer.from(said);
      for (const cuts of everyCut(bytes)) {
        const decoder = new ServerDecoder();
        const last = feed(decoder, bytes, cuts).at(-1);
        assert.equal(last?.type, 'protocol.violated', `cut at ${cuts}`);
        if (last?.type !== 'protocol.violated') return;
        assert.equal(last.fault, fault);
        assert.match(last.text, text);
        assert.match(last.text, /^[\x20-\x7e…]{1,200}$/);
        decoder.push(Buffer.from('HELLO:7\n'));
        assert.equal(decoder.next(), undefined);
        assert.equal(decoder.bufferedBytes, 0);
      }
    });
  }
});

describe(`a line of more than ${LINE_BYTES} bytes ends the session as soon as that many are there`, () => {
  const line = (bytes: number) => Buffer.from(`${'x'.repeat(bytes - 1)}\n`);

  test('the longest line is heard, whole and byte by byte', () => {
    const longest = line(LINE_BYTES);
    for (const cuts of [[], [1], [LINE_BYTES - 1], Array.from(longest, (_, at) => at)]) {
      assert.deepEqual(feed(new ServerDecoder(), longest, cuts), [{ type: 'client.echo', line: longest }]);
    }
  });

  test('one byte more is too long, whole and in pieces', () => {
    const longer = line(LINE_BYTES + 1);
    for (const cuts of [[], [1], [LINE_BYTES - 1], [LINE_BYTES], Array.from(longer, (_, at) => at)]) {
      const [message, ...others] = feed(new ServerDecoder(), longer, cuts);
      assert.equal(message?.type === 'protocol.violated' && message.fault, 'LINE_TOO_LONG');
      assert.deepEqual(others, []);
    }
  });

  test('no more than a line is ever kept, however much is sent without an end', () => {
    const decoder = new ServerDecoder();
    const chunk = Buffer.alloc(1_000, 'x');
    for (let sent = 0; sent < 100_000; sent += chunk.length) {
      decoder.push(chunk);
      drain(decoder);
      assert.ok(decoder.bufferedBytes <= LINE_BYTES);
    }
    assert.equal(decoder.bufferedBytes, 0);
  });

  test('lines before it are heard first', () => {
    const said = Buffer.concat([Buffer.from('hola\n'), line(LINE_BYTES + 1)]);
    assert.deepEqual(
      feed(new ServerDecoder(), said).map(({ type }) => type),
      ['client.echo', 'protocol.violated'],
    );
  });
});
