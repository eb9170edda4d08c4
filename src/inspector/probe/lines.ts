/**
 * The JSON of inspection events, put together from parts that are kept: most of an actor's context is what it was
 * at its last step, and writing it anew each time would be half of what being watched costs.
 */
import type { ActorRefLike } from 'xstate';
import { now } from '../clock.ts';
import { type SnapshotSummary, STATELY_VERSION } from '../view/events.ts';
import { FURTHER, LISTED_FIELDS, readField, summarise, summariseFields } from './summary.ts';

type Kept = { of: unknown; json: string };

/** What is kept of one actor's last line. */
type Parts = { ids: string; fields: Map<string, Kept>; context: Kept; value: Kept };

export class Lines {
  readonly #process: string;
  readonly #parts = new WeakMap<ActorRefLike, Parts>();
  /** An event is told when it is sent and when it was taken. */
  readonly #events = new WeakMap<object, string>();

  constructor(process: string) {
    this.#process = process;
  }

  idOf(sessionId: string): string {
    return `${this.#process}.${sessionId.replace('x:', '')}`;
  }

  /** One event; `rest` are its own fields as JSON. */
  line(type: string, actor: ActorRefLike, rootId: string, rest: string): string {
    return `{"type":"${type}",${this.#partsOf(actor, rootId).ids},"createdAt":"${now().toFixed(3)}",${rest}}`;
  }

  event(event: { type: string }): string {
    const known = this.#events.get(event);
    if (known !== undefined) return known;
    const json = JSON.stringify({ ...summariseFields(event), type: event.type });
    this.#events.set(event, json);
    return json;
  }

  snapshot(actor: ActorRefLike, rootId: string, snapshot: unknown): string {
    const { status, value, context, output } = snapshot as SnapshotSummary;
    const parts = this.#partsOf(actor, rootId);
    let json = `{"status":"${status}"`;
    if (value !== undefined) {
      if (parts.value.of !== value) parts.value = { of: value, json: JSON.stringify(value) };
      json += `,"value":${parts.value.json}`;
    }
    if (context !== undefined) {
      if (parts.context.of !== context)
        parts.context = { of: context, json: contextOf(context as object, parts.fields) };
      json += `,"context":${parts.context.json}`;
    }
    if (output !== undefined) json += `,"output":${JSON.stringify(summarise('output', output) ?? null)}`;
    return `${json}}`;
  }

  #partsOf(actor: ActorRefLike, rootId: string): Parts {
    const known = this.#parts.get(actor);
    if (known) return known;
    const sessionId = this.idOf((actor as unknown as { sessionId: string }).sessionId);
    const common = { sessionId, rootId: this.idOf(rootId), id: null, _version: STATELY_VERSION };
    const parts: Parts = {
      ids: JSON.stringify(common).slice(1, -1),
      fields: new Map(),
      context: { of: undefined, json: '{}' },
      value: { of: undefined, json: '' },
    };
    this.#parts.set(actor, parts);
    return parts;
  }
}

/** Fields whose value is the one that it was keep their text. */
function contextOf(context: object, fields: Map<string, Kept>): string {
  let json = '';
  let count = 0;
  for (const key in context) {
    if (++count > LISTED_FIELDS) {
      json += `,${JSON.stringify(FURTHER).slice(1, -1)}`;
      break;
    }
    const value = readField(context, key);
    let field = fields.get(key);
    if (!field || field.of !== value) {
      const summary = JSON.stringify(summarise(key, value));
      field = { of: value, json: summary === undefined ? '' : `,${JSON.stringify(key)}:${summary}` };
      fields.set(key, field);
    }
    json += field.json;
  }
  return `{${json.slice(1)}}`;
}
