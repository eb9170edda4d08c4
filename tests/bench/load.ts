/**
 * A load for the server in one process: many agencies at once, or a few at a steady rate. Told what to do by a
 * JSON argument; writes what it saw to a JSON file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeUpload, LoadClient, type Upload } from './load-client.ts';

export type LoadOptions = {
  /** The file for what it saw. */
  report: string;
  port: number;
  /** A file of bets; each agency uploads it as its own. Without it: only what the server has already. */
  csv?: string;
  agencies: number;
  /** Bets in a second of all agencies together; without it, as fast as it goes. */
  rate?: number;
  /** Milliseconds between two echoes asked for all the while: the longest wait shows a held event loop. */
  pingMs?: number;
};

export type LoadReport = {
  /** From the first connection to the last winners. */
  totalMs: number;
  /** From the last agency's DONE to the last winners. */
  drawMs: number;
  /** Of each batch, from its write to its STORED. */
  latencies: number[];
  /** Of each echo. */
  pings: number[];
};

/** Connections being made at once: fewer than the server's backlog, or the kernel drops some for a second. */
const CONNECTING = 128;

const options = JSON.parse(process.argv[2]!) as LoadOptions;
const { port, agencies, rate, pingMs } = options;
const csv = options.csv === undefined ? undefined : readFileSync(options.csv);
const uploads = Array.from({ length: agencies }, (_, index): Upload | number =>
  csv ? encodeUpload(index + 1, csv) : index + 1,
);
const report: LoadReport = { totalMs: 0, drawMs: 0, latencies: [], pings: [] };
let lastDone = 0;

async function pinging(until: { over: boolean }): Promise<void> {
  const client = await LoadClient.connect(port);
  while (!until.over) {
    const at = performance.now();
    client.write('ping\n');
    await client.expect('ping');
    report.pings.push(performance.now() - at);
    await sleep(pingMs);
  }
  client.end();
}

/** With a rate: when all agencies may begin, which is when the last was welcomed. Else each goes its own way. */
let welcomed = 0;
const allWelcomed = Promise.withResolvers<number>();
const beginning = (): Promise<number> | number => {
  if (rate === undefined) return performance.now();
  if (++welcomed === agencies) allWelcomed.resolve(performance.now());
  return allWelcomed.promise;
};

/** One agency from its connection to its winners. */
async function agency(upload: Upload | number, connected: () => void): Promise<void> {
  const client = await LoadClient.connect(port).finally(connected);
  const id = typeof upload === 'number' ? upload : upload.agency;
  client.write(`HELLO:${id}\n`);
  // The last two, as an earlier revision's WELCOME has no name of a draw before them.
  const [stored, crc] = (await client.expect('WELCOME:')).trimEnd().split(':').slice(-2);
  if (typeof upload === 'number') client.write(`DONE:${id}:${stored}:${crc}\n`);
  else {
    await send(client, upload);
    client.write(`DONE:${id}:${upload.count}:${upload.crc}\n`);
  }
  lastDone = performance.now();
  await client.expect('WINNERS:');
  client.end();
}

async function send(client: LoadClient, { agency, lines, counts }: Upload): Promise<void> {
  const sentAt: number[] = [];
  const answered = (async () => {
    let next = 0;
    for (const [batch, count] of counts.entries()) {
      next += count;
      await client.expect(`STORED:${next}`);
      report.latencies.push(performance.now() - sentAt[batch]!);
    }
  })();
  // The agencies take turns: if each began when it was welcomed, chance would say how many send at once.
  const periodMs = rate ? (1000 * agencies * counts[0]!) / rate : 0;
  const start = (await beginning()) + (periodMs * (agency - 1)) / agencies;
  for (const [batch, line] of lines.entries()) {
    for (let wait = start + batch * periodMs - performance.now(); periodMs > 0 && wait > 0.5; ) {
      await sleep(1);
      wait = start + batch * periodMs - performance.now();
    }
    sentAt.push(performance.now());
    client.write(line);
  }
  await answered;
}

const load = { over: false };
const pings = pingMs === undefined ? undefined : pinging(load);
const start = performance.now();
let connecting = 0;
let made = () => {};
const all: Promise<void>[] = [];
for (const upload of uploads) {
  while (connecting >= CONNECTING) {
    await new Promise<void>((resolve) => {
      made = resolve;
    });
  }
  connecting++;
  all.push(
    agency(upload, () => {
      connecting--;
      made();
    }),
  );
}
await Promise.all(all);
const end = performance.now();
load.over = true;
report.totalMs = end - start;
report.drawMs = end - lastDone;
await pings?.catch(() => {}); // the server closes after the draw
writeFileSync(options.report, JSON.stringify(report));
