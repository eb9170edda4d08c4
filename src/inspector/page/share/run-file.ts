/** A run as a file, one event in each line, as `quiniela inspector --replay` and this page read it. */
import { apartFromDefinition, type Definitions, keepDefinition } from '../../view/definitions.ts';
import { type InspectorEvent, STATELY_VERSION } from '../../view/events.ts';
import type { Moments } from '../../view/moments.ts';
import type { ActorPicture } from '../../view/picture.ts';
import { parseEvent } from '../../view/shape.ts';

/** Lines that are read or written in one go, before the page has its turn. */
const LINES = 2_000;

/** In pieces: first who was there before the first event that is kept, then all events. */
export function* linesOf(moments: Moments): Generator<string> {
  const begin = moments.timeOf(moments.first);
  const { actors, definitions } = moments.before(moments.first);
  for (const known of definitions.values())
    yield `${JSON.stringify({ type: '@quiniela.definition', ...known, createdAt: begin.toFixed(3) })}\n`;
  for (const actor of actors.values()) yield `${JSON.stringify(asEvent(actor, begin))}\n`;
  for (let from = moments.first; from < moments.next; from += LINES) {
    let text = '';
    for (let number = from; number < Math.min(from + LINES, moments.next); number += 1)
      text += lineOf(moments.event(number));
    yield text;
  }
}

/** Where another hub went on there is no event. */
const lineOf = (event: InspectorEvent | undefined): string =>
  event?.type === '@quiniela.restarted' ? '' : `${JSON.stringify(event)}\n`;

/** How an actor was, as if it had been made just then: all at one time, so that their order stays. */
function asEvent(actor: ActorPicture, begin: number) {
  const { id, rootId, parentId, name, machine, isForeign, chart, status, value, context, output } = actor;
  return {
    type: '@xstate.actor',
    sessionId: id,
    rootId,
    parentId,
    createdAt: begin.toFixed(3),
    id: null,
    _version: STATELY_VERSION,
    name,
    machine,
    isForeign,
    chart,
    // That its process is gone is only ever the hub's to say.
    snapshot: { status: status === 'gone' ? 'stopped' : status, value, context, output },
  };
}

export type ReadRun = { events: InspectorEvent[]; skipped: number };

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
  // Several processes may have written it, each at its own pace.
  events.sort((one, other) => Number(one.createdAt) - Number(other.createdAt));
  return { events, skipped };
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
