/**
 * The stream that keeps the log of a draw: made if it is not there, and looked at if it is. One that would lose what it
 * has acknowledged is refused, with the setting that says so.
 */
import { messageOf, UserError } from '../errors.ts';
import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from './packages.ts';

/** Each draw has its own, so that one that is over can be removed without touching the next. */
export const streamOf = (draw: string): string => `QUINIELA-${draw}`;

/** All of its entries have this subject: they are one order. */
export const subjectOf = (draw: string): string => `quiniela.${draw}`;

const UNLIMITED = -1;

/** The engine counts in them. */
export const NANOS_OF_A_MS = 1_000_000;

/** Nothing is ever removed, overwritten or thrown away for want of room: a full engine refuses what is new. */
const wanted = (draw: string, replicas: number) => ({
  subjects: [subjectOf(draw)],
  num_replicas: replicas,
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  max_age: 0,
  max_msgs: UNLIMITED,
  max_bytes: UNLIMITED,
  max_msgs_per_subject: UNLIMITED,
  max_msg_size: UNLIMITED,
  deny_delete: true,
  deny_purge: true,
});

/** What a stream that keeps everything has none of. */
const UNWANTED = [
  'mirror',
  'sources',
  'sealed',
  'no_ack',
  'subject_transform',
  'allow_rollup_hdrs',
  'allow_msg_ttl',
] as const;

/** What must be as it is wanted; more replicas are as good. */
export function whyUnsafe(found: Partial<StreamConfig>, draw: string, replicas: number): string[] {
  const problems: string[] = [];
  const is: Readonly<Record<string, unknown>> = found;
  for (const [name, value] of Object.entries(wanted(draw, replicas))) {
    const isGood =
      name === 'num_replicas'
        ? Number(is[name]) >= replicas
        : JSON.stringify(is[name]) === JSON.stringify(value);
    if (!isGood)
      problems.push(`its ${name} is ${JSON.stringify(is[name])}, must be ${JSON.stringify(value)}`);
  }
  for (const name of UNWANTED) if (found[name]) problems.push(`it has ${name}, must not have it`);
  return problems;
}

export const isMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;

/** Somebody has removed it. It may be restored. */
export const gone = (name: string): Error =>
  new Error(
    `the engine has no stream ${name} any more: it is waited for until it is restored, or a server that starts makes it anew`,
  );

const NO_ROOM = ': max_file_store of its nodes, their disk, or its account is full';
const FEW_READERS =
  ": the account's max_consumers; each server needs two as it starts, and one that was killed leaves one for half a minute";

/** What may pass, and what it is that lacks. */
const HINTS: ReadonlyMap<number, string> = new Map([
  [10_002, NO_ROOM], // the account's limits
  [10_023, NO_ROOM], // the node's
  [10_047, NO_ROOM], // the nodes' that keep the stream
  [10_026, FEW_READERS],
]);

const hintOf = ({ code }: JetStreamApiError): string => HINTS.get(code) ?? '';

/** In the words of the engine, and in ours. */
export const inWords = (error: unknown): string =>
  messageOf(error) + (error instanceof JetStreamApiError ? hintOf(error) : '');

/** Why the engine does not take an entry now; it may later. */
export function whyNotTaken(error: unknown, name: string): unknown {
  if (error instanceof Error && error.name === 'JetStreamNotEnabled') {
    const what = `no node takes anything for stream ${name}: it was removed, or its leader is away`;
    return new Error(what, { cause: error });
  }
  if (!(error instanceof JetStreamApiError)) return error;
  return new Error(`the engine takes nothing for stream ${name}: ${inWords(error)}`, { cause: error });
}

/** Of an engine in which no draw may be kept. */
export const refused = (what: string, cause?: unknown): UserError =>
  new UserError('STORE_URL', `cannot keep a draw in the engine of STORE_URL: ${what}`, { cause });

/** Several replicas, and the engine is no cluster. */
const SINGLE_NODE = 10_074;

/** The engine's errors that no second attempt changes, and what does. */
const PERMANENT: ReadonlyMap<number, string> = new Map([
  [
    10_027,
    "; the account's max_streams is used up: nats stream rm removes a draw that is over and exported, or allow more",
  ],
  [10_039, ''], // JetStream is not enabled for the account
  [10_052, ''], // a setting of the stream is not allowed
  [10_065, ''], // the subjects are another stream's
  [SINGLE_NODE, ''],
  [
    10_113,
    '; a draw is as large as it becomes: the account must not have max_bytes_required, nor a limit for a stream',
  ],
]);

/** Too few nodes are counted to keep it so often. Nodes that began at the same moment may never count one of them. */
const NO_SUITABLE_PEERS = 10_005;

/** Why the stream of a draw cannot be made: for good, or as long as the engine is as it is. */
function explained(thrown: unknown, name: string, replicas: number): unknown {
  // What an account lacks comes wrapped; otherwise no node has answered.
  const wrapped = thrown instanceof Error ? thrown.cause : undefined;
  const error = wrapped instanceof JetStreamApiError ? wrapped : thrown;
  if (error instanceof Error && error.name === 'JetStreamNotEnabled') {
    const what = `${messageOf(error)}: nodes that are to keep draws need jetstream in their configuration`;
    return new Error(what, { cause: error });
  }
  if (!(error instanceof JetStreamApiError)) return error;
  if (error.code === NO_SUITABLE_PEERS) {
    const what = `${messageOf(error)}: the engine's leader counts fewer than ${replicas} nodes`;
    return new Error(`${what}; if all are up and this lasts, restart those that do not lead`, {
      cause: error,
    });
  }
  const permanent = PERMANENT.get(error.code);
  if (permanent === undefined) return error;
  const hint =
    error.code === SINGLE_NODE ? `; STORE_REPLICAS is ${replicas}, must be 1 for a single node` : permanent;
  return refused(`stream ${name} cannot be made: ${messageOf(error)}${hint}`, error);
}

/**
 * Finds the draw's stream, or makes it.
 *
 * @throws UserError STORE_URL if it would lose acknowledged bets, or can never be made; other errors may pass
 */
export async function makeStream(
  manager: JetStreamManager,
  { draw, replicas }: { draw: string; replicas: number },
): Promise<void> {
  const name = streamOf(draw);
  const { config } = await manager.streams
    .info(name)
    .catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      return manager.streams.add({ name, ...wanted(draw, replicas) });
    })
    .catch((error: unknown) => {
      throw explained(error, name, replicas);
    });
  const problems = whyUnsafe(config, draw, replicas);
  if (problems.length > 0) throw refused(`stream ${name} could lose bets: ${problems.join('; ')}`);
}

/** The draws that the engine has. */
export async function drawsOf(manager: JetStreamManager): Promise<string[]> {
  const start = streamOf('');
  const draws: string[] = [];
  for await (const name of manager.streams.names()) {
    if (name.startsWith(start)) draws.push(name.slice(start.length));
  }
  return draws.sort();
}
