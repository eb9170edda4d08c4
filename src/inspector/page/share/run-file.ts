/** A run as a file, one event in each line, as `quiniela inspector --replay` and this page read it. */
import { apartFromDefinition, type Definitions, keepDefinition } from '../../view/definitions.ts';
import { type InspectorEvent, processOf, type RestartedEvent, STATELY_VERSION } from '../../view/events.ts';
import type { Moments } from '../../view/moments.ts';
import type { ActorPicture, Picture } from '../../view/picture.ts';
import { actorOf } from '../../view/record.ts';
import { runNameOf } from '../../view/run-name.ts';
import { parseEvent } from '../../view/shape.ts';

/** Lines that are read or written in one go, before the page has its turn. */
const LINES = 2_000;

/** In pieces: first who was there before the first event that is kept, then all events. */
export function* linesOf(moments: Moments): Generator<string> {
  yield* linesOfPicture(moments.before(moments.first), moments.timeOf(moments.first).toFixed(3));
  for (let from = moments.first; from < moments.next; from += LINES) {
    let text = '';
    for (let number = from; number < Math.min(from + LINES, moments.next); number += 1) {
      const event = moments.event(number);
      if (event?.type !== '@quiniela.restarted') text += lineOf(event);
      else for (const line of linesOfRestart(moments.before(number), event)) text += line;
    }
    yield text;
  }
}

/** Other readers know nothing of another hub: who was there is gone, and who is there as it went on is told of anew. */
function* linesOfRestart({ actors }: Picture, { base, createdAt }: RestartedEvent): Generator<string> {
  yield* linesOfLeaving(new Set([...actors.keys()].map(processOf)), createdAt);
  yield* linesOfPicture(base, createdAt);
}

function* linesOfLeaving(programs: ReadonlySet<string>, createdAt: string): Generator<string> {
  for (const process of programs) yield lineOf({ type: '@quiniela.left', process, createdAt });
}

function* linesOfPicture(
  { actors, left, agencies, definitions }: Picture,
  createdAt: string,
): Generator<string> {
  for (const known of definitions.values())
    yield lineOf({ type: '@quiniela.definition', ...known, createdAt });
  for (const actor of actors.values()) yield lineOf(asEvent(actor, createdAt));
  yield* linesOfLeaving(left, createdAt);
  // What is known of an agency may have outlived its actor: that one comes, tells it, and is forgotten again.
  const records = [...agencies.values()].filter(({ actor }) => !actors.has(actor));
  for (const record of records) yield lineOf(asEvent(actorOf(record), createdAt));
  const ids = records.map(({ actor }) => actor);
  if (ids.length > 0) yield lineOf({ type: '@quiniela.forgotten', ids, createdAt });
}

const lineOf = (event: unknown): string => `${JSON.stringify(event)}\n`;

type Told = Omit<ActorPicture, 'lastEvent' | 'lastAt' | 'lastTransitions' | 'received' | 'taken'>;

/** How an actor was, as if it had been made just then: all at one time, so that their order stays. */
function asEvent(actor: Told, createdAt: string) {
  const { id, rootId, parentId, name, machine, isForeign, chart, status, value, context, output } = actor;
  return {
    type: '@xstate.actor',
    sessionId: id,
    rootId,
    parentId,
    createdAt,
    id: null,
    _version: STATELY_VERSION,
    name,
    machine,
    isForeign,
    chart,
    // Its program leaves after it: then it is gone.
    snapshot: { status: status === 'gone' ? 'active' : status, value, context, output },
  };
}

export type ReadRun = {
  events: InspectorEvent[];
  skipped: number;
  /** The run's name, as a hub has it that replays the file; undefined if there is no event. */
  run: string | undefined;
};

/**
 * @param progress told the share that is read, now and then
 * @returns the events in the order of their times; what is none is counted
 */
export async function readRun(file: Blob, progress: (share: number) => void): Promise<ReadRun> {
  const events: InspectorEvent[] = [];
  let skipped = 0;
  let rest = '';
  let chars = 0;
  const take = (line: string): void => {
    if (line.trim() === '') return;
    const event = parseEvent(line);
    if (event) events.push(event);
    else skipped += 1;
  };
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const lines = (rest + piece.value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
    chars += piece.value.length;
    progress(Math.min(1, chars / Math.max(1, file.size)));
    await new Promise((resolve) => setTimeout(resolve));
  }
  take(rest);
  const run = events[0] && runNameOf(Number(events[0].createdAt));
  // Several processes may have written it, each at its own pace.
  events.sort((one, other) => Number(one.createdAt) - Number(other.createdAt));
  return { events, skipped, run };
}

/** Puts a run into the page, a piece at a time, until another one takes its place. */
export async function showRun(
  moments: Moments,
  events: readonly InspectorEvent[],
  changed: () => void,
): Promise<void> {
  const known: Definitions = new Map();
  const apart = (event: InspectorEvent): readonly InspectorEvent[] => {
    if (event.type === '@quiniela.definition') keepDefinition(known, event);
    const parts = apartFromDefinition(known, event, 'file');
    for (const part of parts) if (part.type === '@quiniela.definition') keepDefinition(known, part);
    return parts;
  };
  moments.restart({}, 0);
  const { epoch } = moments;
  for (let from = 0; from < events.length && moments.epoch === epoch; from += LINES) {
    moments.add(events.slice(from, from + LINES).flatMap(apart));
    changed();
    await new Promise((resolve) => setTimeout(resolve));
  }
}
