/**
 * The yardstick: a server of the same protocol in bare Node. No machines, no log, no journal to recover from;
 * but the same framing, the same validation of every bet, and groups of batches that are answered once they
 * are written and synced, as the server does it: to one file the rows, to another where they end.
 */
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ClientEvent } from '../../machines/vocabulary/wire.ts';
import { encodeReply } from '../../src/protocol/encoder.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { appendAll, nodeDisk } from '../../src/store/disk.ts';
import { findWinners } from '../support/winners.ts';

type Upload = { socket: Socket; agency: number; stored: number; crc: number };

const agencies = Number(process.env.AGENCIES);
const dir = process.env.STORE_DIR!;
const disk = nodeDisk();
const bets = await disk.open(join(dir, 'bets.csv'), 'append');
const journal = await disk.open(join(dir, 'journal'), 'append');
const finished = new Set<Upload>();
let betsEnd = 0;
let rows: Buffer[] = [];
let answers = new Map<Upload, string>();
let committing = false;

/** One write and one sync of each file for all that arrived while the last were under way. */
async function commit(): Promise<void> {
  committing = true;
  while (rows.length > 0) {
    const [group, answered] = [rows, answers];
    rows = [];
    answers = new Map();
    for (const buffer of group) betsEnd += buffer.length;
    await appendAll(bets, group);
    await appendAll(journal, [Buffer.from(`${betsEnd}\n`)]);
    for (const [upload, text] of answered) upload.socket.write(text);
  }
  committing = false;
  if (finished.size === agencies) await draw();
}

/** It has no journal worth the name. */
const NO_HEAD = '0'.repeat(64);

async function draw(): Promise<void> {
  const winners = await findWinners(bets, 'bets.csv', betsEnd);
  for (const { socket, agency } of finished) {
    socket.end(encodeReply({ kind: 'winners', documents: winners.get(agency) ?? [], head: NO_HEAD }));
  }
  server.close();
}

function hear(upload: Upload, message: ClientEvent): void {
  switch (message.type) {
    case 'client.hello':
      upload.agency = message.agency;
      upload.socket.write(encodeReply({ kind: 'welcome', draw: '1', stored: 0, crc: 0 }));
      break;
    case 'client.batch':
      if (message.offset !== upload.stored)
        throw new Error(`batch at ${message.offset}, not ${upload.stored}`);
      upload.stored += message.count;
      upload.crc = crc32(message.rows, upload.crc);
      rows.push(message.rows);
      answers.set(upload, `${answers.get(upload) ?? ''}STORED:${upload.stored}\n`);
      if (!committing) void commit();
      break;
    case 'client.done':
      if (message.count !== upload.stored || message.crc !== upload.crc)
        throw new Error('DONE of other bets');
      finished.add(upload);
      if (!committing) void commit();
      break;
    default:
      throw new Error(`not expected: ${JSON.stringify(message)}`);
  }
}

const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  const upload: Upload = { socket, agency: 0, stored: 0, crc: 0 };
  const decoder = new ServerDecoder();
  socket.on('data', (chunk) => {
    decoder.push(chunk as Buffer);
    for (let message = decoder.next(); message; message = decoder.next()) hear(upload, message);
  });
});
server.listen(Number(process.env.SERVER_PORT), () => {
  const address = server.address();
  console.log(`listening | port: ${typeof address === 'object' && address?.port}`);
});
