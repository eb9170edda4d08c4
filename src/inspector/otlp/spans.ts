/**
 * Tracks as spans of OpenTelemetry, in the JSON of its protocol (OTLP): a trace for each upload. Its first span is the upload,
 * below it is one for each of the agency's states and one for each connection of the server, and below that its states. Ids
 * follow from the actors' own, so a run that is sent twice is there once.
 */
import { createHash } from 'node:crypto';
import { VERSION } from '../../version.ts';
import type { Stay, Track } from './tracks.ts';

type Value = { stringValue: string } | { intValue: string };
type Attribute = { key: string; value: Value };

/** The kinds of spans that there are of ours, by the protocol's numbers. */
const KINDS = { internal: 1, server: 2, client: 3 } as const;

const FAILED = 2;

export type Span = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  events: { timeUnixNano: string; name: string }[];
  droppedEventsCount: number;
  status: { code?: number; message?: string };
};

/** Spans of one process. */
type ProcessSpans = { process: string; machine: Track['machine']; spans: Span[] };
export type Trace = { agency: number; spans: ProcessSpans[] };

const hashed = (text: string, bytes: number): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, 2 * bytes);
const traceIdOf = (track: Track): string => hashed(`trace ${track.id}`, 16);
const spanIdOf = (track: Track, what: string | number): string => hashed(`span ${track.id} ${what}`, 8);

/** Recorded times have three decimals of a millisecond. */
const nanos = (ms: number): string => `${BigInt(Math.round(ms * 1_000)) * 1_000n}`;

const attributesOf = (values: Readonly<Record<string, string | number | undefined>>): Attribute[] =>
  Object.entries(values).flatMap(([key, value]): Attribute[] => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'number' ? { intValue: `${value}` } : { stringValue: value } }];
  });

const beginOf = ({ stays }: Track): number => stays[0]?.from ?? 0;
const endOf = ({ stays }: Track): number => stays.at(-1)?.to ?? 0;

type Root = { traceId: string; spanId: string };

/** A track, and below it its states; `parent` is undefined for the upload itself. */
const spansOf = (track: Track, root: Root, parent: string | undefined, end = endOf(track)): Span[] => {
  const own = parent === undefined ? root.spanId : spanIdOf(track, 'whole');
  const { agency, machine, stored, exitCode, hasEnded } = track;
  const isClient = machine === 'agency';
  const whole: Span = {
    traceId: root.traceId,
    spanId: own,
    ...(parent !== undefined && { parentSpanId: parent }),
    name: parent === undefined ? `upload of agency ${agency}` : `${track.name} of agency ${agency}`,
    kind: isClient ? KINDS.client : KINDS.server,
    startTimeUnixNano: nanos(beginOf(track)),
    endTimeUnixNano: nanos(end),
    attributes: attributesOf({
      'quiniela.agency': agency,
      'quiniela.bets_stored': isClient ? stored : undefined,
      'quiniela.exit_code': exitCode,
      'quiniela.actor': track.id,
    }),
    events: [],
    droppedEventsCount: 0,
    status: statusOf(exitCode, hasEnded),
  };
  return [whole, ...track.stays.map((stay, index) => spanOfStay(track, stay, index, root.traceId, own))];
};

const statusOf = (exitCode: number | undefined, hasEnded: boolean): Span['status'] => {
  if (exitCode !== undefined && exitCode !== 0) return { code: FAILED, message: `exit code ${exitCode}` };
  return hasEnded ? {} : { code: FAILED, message: 'the recording ends before it does' };
};

const spanOfStay = (track: Track, stay: Stay, index: number, traceId: string, parent: string): Span => ({
  traceId,
  spanId: spanIdOf(track, index),
  parentSpanId: parent,
  name: stay.state,
  kind: KINDS.internal,
  startTimeUnixNano: nanos(stay.from),
  endTimeUnixNano: nanos(stay.to),
  attributes: attributesOf({ 'quiniela.machine': track.machine, 'quiniela.state': stay.state }),
  events: stay.events.map(({ at, name }) => ({ timeUnixNano: nanos(at), name })),
  droppedEventsCount: stay.unheard,
  status: {},
});

const byProcess = (spans: readonly [Track, Span[]][]): ProcessSpans[] => {
  const all = new Map<string, ProcessSpans>();
  for (const [{ process, machine }, own] of spans) {
    const known = all.get(process) ?? { process, machine, spans: [] };
    known.spans.push(...own);
    all.set(process, known);
  }
  return [...all.values()];
};

/** The upload that a connection was part of: the last that had begun. Clocks of two machines differ a little. */
const uploadOf = (connection: Track, uploads: readonly Track[]): Track | undefined =>
  uploads.findLast((upload) => beginOf(upload) <= beginOf(connection)) ?? uploads[0];

/** If no agency was recorded, only the server, each of its connections is an upload. */
export const tracesOf = (tracks: readonly Track[]): Trace[] => {
  const byAgency = Map.groupBy(tracks, ({ agency }) => agency ?? -1);
  return [...byAgency].flatMap(([agency, own]) => {
    const uploads = own.filter(({ machine }) => machine === 'agency');
    const roots = uploads.length > 0 ? uploads : own;
    const parts = new Map<Track, Track[]>(roots.map((root) => [root, []]));
    for (const track of own) {
      const upload = parts.has(track) ? undefined : uploadOf(track, uploads);
      if (upload) parts.get(upload)?.push(track);
    }
    return [...parts].map(([track, connections]): Trace => {
      const root = { traceId: traceIdOf(track), spanId: spanIdOf(track, 'upload') };
      // A connection is closed a moment after its agency has gone.
      const end = Math.max(endOf(track), ...connections.map(endOf));
      return {
        agency,
        spans: byProcess([
          [track, spansOf(track, root, undefined, end)],
          ...connections.map((one): [Track, Span[]] => [one, spansOf(one, root, root.spanId)]),
        ]),
      };
    });
  });
};

/** What one POST to `/v1/traces` carries. */
export const requestOf = (traces: readonly Trace[]) => ({
  resourceSpans: traces
    .flatMap(({ spans }) => spans)
    .map(({ process, machine, spans }) => ({
      resource: {
        attributes: attributesOf({
          'service.name': machine === 'agency' ? 'quiniela-agency' : 'quiniela-server',
          'service.instance.id': process,
          'service.version': VERSION,
        }),
      },
      scopeSpans: [{ scope: { name: 'quiniela' }, spans }],
    })),
});

export const spansIn = ({ spans }: Trace): number => spans.reduce((sum, { spans }) => sum + spans.length, 0);
