/** What a WebSocket client sends comes through as it is, wherever it is cut on its way, and too long messages shortened. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageShortener } from '../../src/inspector/hub/message-shortener.ts';
import { MESSAGE_BYTES } from '../../src/inspector/limits.ts';
import { snapshotEvent } from './posts.ts';

const FIN = 0x80;
const [CONTINUATION, TEXT, BINARY, CLOSE, PING] = [0, 1, 2, 8, 9];

/** As a client sends it: with a mask. */
function frame(first: number, told: string | Buffer): Buffer {
  const mask = Buffer.from([7, 200, 3, 99]);
  const payload = Buffer.from(told as string).map((byte, index) => byte ^ mask[index % 4]!);
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, mask, payload]);
}

function taken(bytes: Buffer, size: number): Buffer {
  const shortener = new MessageShortener();
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size)
    pieces.push(shortener.take(Buffer.from(bytes.subarray(at, at + size))));
  return Buffer.concat(pieces);
}

/** The texts of frames without a mask. */
function* textsIn(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64BE(at + 2));
    yield bytes.toString('utf8', at + 14, at + 14 + length);
    at += 14 + length;
  }
}

const SIZES = [1, 13, 100_000];

test('short messages and control frames are not touched', () => {
  const bytes = Buffer.concat([
    frame(FIN | TEXT, ''),
    frame(FIN | TEXT, 'x'),
    frame(FIN | PING, ''),
    frame(FIN | BINARY, 'y'.repeat(126)),
    frame(FIN | PING, 'z'.repeat(125)),
    frame(FIN | TEXT, 'w'.repeat(70_000)),
    frame(FIN | CLOSE, '\u0003\u00e8'),
  ]);
  for (const size of SIZES) assert.deepEqual(taken(bytes, size), bytes);
});

const LONG = snapshotEvent('a.0', {
  snapshot: { status: 'active', value: 'é', context: { rows: 'ü'.repeat(MESSAGE_BYTES), page: 7 } },
});
const SHORTENED = {
  ...LONG,
  snapshot: {
    status: 'active',
    value: 'é',
    context: { rows: `‹some ${MESSAGE_BYTES + 2} characters›`, page: 7 },
  },
};

test('of one that is too long, what is short in it is left', () => {
  const bytes = frame(FIN | TEXT, JSON.stringify(LONG));
  for (const size of SIZES)
    assert.deepEqual(
      [...textsIn(taken(bytes, size))].map((text) => JSON.parse(text)),
      [SHORTENED],
    );
  assert.deepEqual([...textsIn(taken(frame(FIN | TEXT, 'x'.repeat(MESSAGE_BYTES + 1)), 9_999))], ['']);
});

test('fragments are one message, with whatever comes between them', () => {
  const text = Buffer.from(JSON.stringify(LONG));
  const ping = frame(FIN | PING, 'still there');
  const bytes = Buffer.concat([
    frame(TEXT, text.subarray(0, 300_001)),
    ping,
    // The letter before is cut in two.
    frame(CONTINUATION, text.subarray(300_001, 400_000)),
    frame(CONTINUATION, ''),
    frame(FIN | CONTINUATION, text.subarray(400_000)),
    frame(BINARY, '{"a"'),
    frame(FIN | CONTINUATION, ': 1}'),
  ]);
  for (const size of SIZES) {
    const left = taken(bytes, size);
    assert.deepEqual(left.subarray(0, ping.length), ping);
    const [long = '', short, ...more] = [...textsIn(left.subarray(ping.length))];
    assert.deepEqual(JSON.parse(long), SHORTENED);
    assert.deepEqual([short, more], ['{"a": 1}', []]);
  }
});

test('what is no WebSocket is for the library to refuse', () => {
  const unmasked = Buffer.from([FIN | TEXT, 1, 120]);
  const huge = Buffer.from([FIN | TEXT, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
  for (const odd of [
    unmasked,
    huge,
    frame(FIN | 0x40 | TEXT, 'deflated'),
    frame(FIN | 3, 'x'),
    frame(FIN | CONTINUATION, 'of nothing'),
    frame(PING, 'in pieces'),
    frame(FIN | PING, 'x'.repeat(126)),
  ]) {
    const bytes = Buffer.concat([odd, frame(FIN | TEXT, 'x'.repeat(MESSAGE_BYTES + 1))]);
    for (const size of SIZES) assert.deepEqual(taken(bytes, size), bytes);
  }
  const within = frame(FIN | TEXT, 'a message within another');
  assert.deepEqual(taken(Buffer.concat([frame(TEXT, 'x'), within]), 5), within);
});
