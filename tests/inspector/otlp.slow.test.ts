/** A recorded run as OpenTelemetry's traces: one for each upload, sent to a collector over HTTP. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { exportRun } from '../../src/inspector/otlp/export.ts';
import type { requestOf, Span } from '../../src/inspector/otlp/spans.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { greet } from '../support/peer.ts';
import { Program } from '../support/program.ts';
import { freePort, startAgency, startServer, temporaryFolder } from '../support/system.ts';
import { RUN } from './helpers.ts';

type Request = ReturnType<typeof requestOf>;

/** Takes what is posted to it, as a collector does. */
const collector = async (t: TestContext, status = 200, answer = '{}') => {
  const requests: { path: string; type: string; body: Request }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { url: path = '', headers } = request;
    requests.push({ path, type: headers['content-type'] ?? '', body: JSON.parse(body) });
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const send = (t: TestContext, file: string, url: string) => {
  const program = new Program(['inspector', '--replay', file, '--otlp', url]);
  t.after(() => program.kill());
  return program;
};

const spansOf = (requests: readonly { body: Request }[]): Span[] =>
  requests.flatMap(({ body }) =>
    body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );

/** What the protocol asks of every span: ids in hex of their length, times in order, a parent that is there and was before. */
const expectWellFormed = (spans: readonly Span[]): void => {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  assert.equal(byId.size, spans.length, 'each has an id of its own');
  for (const span of spans) {
    assert.match(span.traceId, /^[0-9a-f]{32}$/);
    assert.match(span.spanId, /^[0-9a-f]{16}$/);
    assert.match(span.startTimeUnixNano, /^\d{19}$/);
    assert.ok(BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano), span.name);
    for (const { timeUnixNano } of span.events) {
      assert.ok(BigInt(timeUnixNano) >= BigInt(span.startTimeUnixNano), span.name);
      assert.ok(BigInt(timeUnixNano) <= BigInt(span.endTimeUnixNano), span.name);
    }
    if (span.parentSpanId === undefined) continue;
    const parent = byId.get(span.parentSpanId);
    assert.ok(parent, `${span.name} has its parent`);
    assert.equal(parent.traceId, span.traceId);
    assert.ok(BigInt(span.endTimeUnixNano) <= BigInt(parent.endTimeUnixNano), span.name);
  }
};

const attribute = (span: Span, key: string) => span.attributes.find((one) => one.key === key)?.value;

test('a run of a server and its agencies is a trace for each upload, sent twice it is the same', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'run.ndjson');
  for (const id of [1, 2]) writeAgencyFile(folder, id, makeBets(id, 300 * id));
  const env = { INSPECT_FILE: file };
  const { program, port } = await startServer(t, { agencies: 3, env });
  const agencies = [1, 2].map((id) => startAgency(t, { port, id, data: folder, env }));
  for (const agency of agencies) await agency.line('apuesta_enviada');
  const third = await greet(port, 3);
  third.send('DONE:3:0:0\n');
  await third.expectLine(/^WINNERS:/);
  third.end();
  for (const one of [...agencies, program]) await one.expectExit(0);

  const { requests, url } = await collector(t);
  const first = send(t, file, url);
  assert.match(await first.line('sent'), /^3 traces with \d+ spans sent to http:\S+\/v1\/traces$/);
  await first.expectExit(0);
  const [request] = requests;
  assert.deepEqual([request?.path, request?.type], ['/v1/traces', 'application/json']);
  const spans = spansOf(requests);
  expectWellFormed(spans);

  const uploads = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
  assert.deepEqual(
    uploads.map(({ name }) => name).sort(),
    [1, 2, 3].map((id) => `upload of agency ${id}`),
  );
  const [two] = uploads.filter(({ name }) => name.endsWith(' 2'));
  assert.ok(two);
  assert.deepEqual(attribute(two, 'quiniela.bets_stored'), { intValue: '600' });
  assert.deepEqual(attribute(two, 'quiniela.exit_code'), { intValue: '0' });
  const names = spans.filter(({ traceId }) => traceId === two.traceId).map(({ name }) => name);
  for (const state of ['online.connecting', 'online.sending.reading', 'online.awaitingWinners'])
    assert.ok(names.includes(state), `${state} of ${names}`);
  assert.ok(names.some((name) => /^connection-\d of agency 2$/.test(name)));
  assert.ok(names.some((name) => name.startsWith('talking.awaitingDraw')));
  const resources = request!.body.resourceSpans.map(({ resource }) => resource.attributes[0]!.value);
  assert.deepEqual(
    new Set(resources.map((value) => ('stringValue' in value ? value.stringValue : ''))),
    new Set(['quiniela-agency', 'quiniela-server']),
  );

  await send(t, file, `${url}/v1/traces`).expectExit(0);
  assert.deepEqual(requests[1]?.body, request?.body);
});

test('a recording that ends before an upload does says so, and an agency that failed is an error', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'run.ndjson');
  const actor = (id: string, machine: string) => ({
    ...{
      type: '@xstate.actor',
      sessionId: id,
      rootId: id,
      createdAt: '1700000000000.000',
      name: machine,
      machine,
    },
    snapshot: { status: 'active' },
  });
  const step = (id: string, at: number, value: string, context: object, more = {}) => ({
    ...{ type: '@xstate.snapshot', sessionId: id, rootId: id, createdAt: `${1_700_000_000_000 + at}.500` },
    ...{ event: { type: 'x' }, transitions: [] },
    snapshot: { status: 'active', value, context, ...more },
  });
  const ended = { status: 'done', output: { exitCode: 1 } };
  const lines = [
    ...[actor('a.0', 'agency'), step('a.0', 1, 'preparing', { id: 7 }), step('a.0', 9, 'online', { id: 7 })],
    ...[
      actor('b.0', 'agency'),
      step('b.0', 1, 'preparing', { id: 8 }),
      step('b.0', 2, 'failed', { id: 8 }, ended),
    ],
  ];
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { requests, url } = await collector(t);
  await send(t, file, url).expectExit(0);
  const spans = spansOf(requests);
  expectWellFormed(spans);
  assert.deepEqual(
    spans.filter(({ parentSpanId }) => parentSpanId === undefined).map(({ status }) => status),
    [
      { code: 2, message: 'the recording ends before it does' },
      { code: 2, message: 'exit code 1' },
    ],
  );
});

test("in a recording of an earlier version each connection is part of its agency's upload", async (t) => {
  const { requests, url } = await collector(t);
  await send(t, RUN, url).expectExit(0);
  const spans = spansOf(requests);
  expectWellFormed(spans);
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined).map(({ name }) => name);
  assert.deepEqual(roots, ['upload of agency 1', 'upload of agency 2']);
  assert.equal(spans.filter(({ name }) => /^connection-\d of agency \d$/.test(name)).length, 2);
});

/** A server that has read a request answers so with its socket. */
const odd = async (t: TestContext, answer: (socket: Socket) => void): Promise<string> => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response.socket as Socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test('a collector that breaks off or says its answer in many lines is no defect, and one line', async (t) => {
  const answers: [answer: (socket: Socket) => void, said: RegExp][] = [
    [(socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"x"'), /: other side closed$/],
    [
      (socket) => socket.end('HTTP/1.1 400 No\r\n\r\nfirst\nsecond\x1b[31m'),
      /: it answers 400 first.*second/,
    ],
    [(socket) => socket.destroy(), /: other side closed$/],
  ];
  await Promise.all(
    answers.map(async ([answer, said]) => {
      const program = send(t, RUN, await odd(t, answer));
      assert.deepEqual(await program.exited, { code: 1, signal: null });
      const [line = '', ...more] = program.stderr.split('\n');
      assert.match(line, /^quiniela: cannot send the run to http:/);
      assert.match(line, said);
      assert.deepEqual(more, ['']);
    }),
  );
});

test('a collector that drips its answer is late, however often a byte of it comes', async (t) => {
  const url = await odd(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
    const drip = setInterval(() => socket.write(' '), 50);
    socket.on('error', () => {}).on('close', () => clearInterval(drip));
  });
  await assert.rejects(exportRun(RUN, url, 1_000), {
    code: 'OTLP',
    message: `cannot send the run to ${url}/v1/traces: no answer within 1 s`,
  });
});

test('what cannot be sent is said in one line', async (t) => {
  const folder = temporaryFolder(t);
  const empty = join(folder, 'server.ndjson');
  const server = { type: '@xstate.actor', sessionId: 's.0', rootId: 's.0', createdAt: '1.0', name: 'server' };
  writeFileSync(empty, `${JSON.stringify({ ...server, snapshot: { status: 'active' } })}\n`);
  const { url } = await collector(t);
  const { url: full } = await collector(t, 503, 'come back later');
  const { url: picky } = await collector(t, 200, '{"partialSuccess":{"rejectedSpans":"3"}}');
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const cases: [args: string[], code: number, said: RegExp][] = [
    [['--otlp', url], 2, /^quiniela: cannot send the run: --otlp needs --replay/],
    [
      ['--replay', RUN, '--otlp', 'collector:4318'],
      2,
      /--otlp is "collector:4318", must be a URL such as http/,
    ],
    [['--replay', empty, '--otlp', url], 2, /neither an agency nor a connection of one is in it/],
    [['--replay', join(folder, 'none'), '--otlp', url], 2, /cannot replay ".*none": it does not exist/],
    [['--replay', RUN, '--otlp', nobody], 1, /cannot send the run to http:\S+\/v1\/traces: .*ECONNREFUSED/],
    [['--replay', RUN, '--otlp', full], 1, /it answers 503 come back later/],
    [['--replay', RUN, '--otlp', picky], 1, /it has rejected 3 spans/],
  ];
  for (const [args, code, said] of cases) {
    const program = new Program(['inspector', ...args]);
    t.after(() => program.kill());
    assert.deepEqual(await program.exited, { code, signal: null }, args.join(' '));
    assert.match(program.stderr, said);
    assert.doesNotMatch(program.stderr, /\n {4}at /);
  }
});
