/** `quiniela inspector --replay FILE --otlp URL`: a recorded run is sent to whoever takes OpenTelemetry's traces. */
import { Client } from 'undici';
import { messageOf, UserError } from '../../errors.ts';
import { escapeLine } from '../../printable.ts';
import { eachEvent } from '../hub/replay.ts';
import { OTLP_ANSWER_BYTES, OTLP_MS, OTLP_SPANS_AT_ONCE } from '../limits.ts';
import { requestOf, spansIn, type Trace, tracesOf } from './spans.ts';
import { Tracks } from './tracks.ts';

type Exported = { traces: number; spans: number; leftOut: number; url: string };

/** As OTEL_EXPORTER_OTLP_ENDPOINT has it: a collector's address alone, or the whole path. */
const endpointOf = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UserError(
      'ARGUMENT',
      `cannot send the run: --otlp is ${JSON.stringify(text)}, must be a URL such as http://127.0.0.1:4318`,
    );
  }
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return url;
};

/** Traces together, as many as one request carries; a trace is never cut. */
const bundled = (traces: readonly Trace[]): Trace[][] => {
  const bundles: Trace[][] = [];
  let room = 0;
  for (const trace of traces) {
    const spans = spansIn(trace);
    if (spans > room) {
      bundles.push([]);
      room = OTLP_SPANS_AT_ONCE;
    }
    bundles.at(-1)?.push(trace);
    room -= spans;
  }
  return bundles;
};

/**
 * @throws {UserError} `ARGUMENT` if the URL is none, `REPLAY` if the file is no recording or has no upload in it, `OTLP` if it is
 *   not taken
 * @param answerMs milliseconds in which each request is answered
 */
export const exportRun = async (file: string, otlp: string, answerMs = OTLP_MS): Promise<Exported> => {
  const url = endpointOf(otlp);
  const tracks = new Tracks();
  await eachEvent(file, (event) => tracks.take(event));
  const traces = tracesOf(tracks.all);
  if (traces.length === 0) {
    throw new UserError(
      'REPLAY',
      `cannot send "${file}": neither an agency nor a connection of one is in it`,
    );
  }
  const collector = new Client(url.origin);
  try {
    for (const bundle of bundled(traces))
      await post({ collector, url, answerMs }, JSON.stringify(requestOf(bundle)));
  } finally {
    void collector.destroy();
  }
  const spans = traces.reduce((sum, trace) => sum + spansIn(trace), 0);
  return { traces: traces.length, spans, leftOut: tracks.leftOut, url: url.href };
};

/** @param to.answerMs milliseconds in which it has answered */
const post = async (to: { collector: Client; url: URL; answerMs: number }, body: string): Promise<void> => {
  const { collector, url, answerMs } = to;
  const refuse = (why: string, cause?: unknown): never => {
    throw new UserError('OTLP', `cannot send the run to ${url.href}: ${escapeLine(why)}`, {
      cause,
      exitCode: 1,
    });
  };
  // For all of it: one that takes a byte now and then, or answers so, would never be late.
  const signal = AbortSignal.timeout(answerMs);
  const { status, said } = await ask(collector, url, body, signal).catch((error) =>
    refuse(signal.aborted ? `no answer within ${answerMs / 1_000} s` : messageOf(error), error),
  );
  if (status < 200 || status > 299) refuse(`it answers ${status} ${said}`.trimEnd());
  const rejected = /"rejectedSpans"\s*:\s*"?([1-9]\d*)/.exec(said)?.[1];
  if (rejected !== undefined)
    refuse(`it has rejected ${rejected} ${Number(rejected) === 1 ? 'span' : 'spans'}: ${said}`);
};

/** What it answers, and the beginning of what it says. */
const ask = async (
  collector: Client,
  url: URL,
  body: string,
  signal: AbortSignal,
): Promise<{ status: number; said: string }> => {
  const path = `${url.pathname}${url.search}`;
  const headers = { 'content-type': 'application/json' };
  const answer = await collector.request({ method: 'POST', path, headers, body, signal });
  let said = '';
  for await (const chunk of answer.body.setEncoding('utf8')) {
    said += chunk;
    if (said.length > OTLP_ANSWER_BYTES) break;
  }
  return { status: answer.statusCode, said: said.slice(0, OTLP_ANSWER_BYTES) };
};
