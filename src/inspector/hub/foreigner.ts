/** Another program that speaks Stately's protocol: what it says takes its place among ours. */
import { now } from '../clock.ts';
import { AHEAD_MS, CLIENT_ACTORS } from '../limits.ts';
import type { ActorEvent, InspectorEvent, StatelyEvent } from '../view/events.ts';
import { isStately } from '../view/shape.ts';

export class Foreigner {
  readonly #process: string;
  /** Its actors that were told of. */
  readonly #known = new Set<string>();

  #latest = 0;

  /** @param process what tells its actors from those of others, which are called `x:0`, too */
  constructor(process: string) {
    this.#process = process;
  }

  /** @returns what it says; before what it says of actors that it never told of, that there are such */
  tell(event: InspectorEvent): readonly InspectorEvent[] {
    if (!isStately(event)) return [event];
    const own = { ...this.#owned(event), createdAt: this.#timeOf(event) };
    const named = [event.sessionId, ...('sourceId' in event && event.sourceId ? [event.sourceId] : [])];
    const unknown = named.filter((id) => !this.#known.has(id) && this.#known.size < CLIENT_ACTORS);
    for (const id of unknown) this.#known.add(id);
    const heardOf = own.type === '@xstate.actor' ? [] : unknown.map((id) => this.#heardOf(id, own));
    return [...heardOf, own];
  }

  /** What it says later is later, also if its clock was set back: by much, and the hub's own is the better one. */
  #timeOf({ createdAt }: StatelyEvent): string {
    const told = Number(createdAt);
    if (told >= this.#latest) this.#latest = told;
    else if (this.#latest - told > AHEAD_MS) this.#latest = Math.max(this.#latest, now());
    return this.#latest.toFixed(3);
  }

  /** Its client forgets what was long before it was connected, and its user may leave some out. */
  #heardOf(name: string, { rootId, createdAt, _version }: StatelyEvent): ActorEvent {
    return {
      type: '@xstate.actor',
      sessionId: this.#idOf(name),
      rootId,
      createdAt,
      id: null,
      _version,
      name,
      parentId: undefined,
      snapshot: { status: 'active' },
      definition: undefined,
      machine: undefined,
      isForeign: true,
      chart: undefined,
    };
  }

  #owned(event: StatelyEvent): StatelyEvent {
    const maybeOwn = (id: string | undefined) => (id === undefined ? undefined : this.#idOf(id));
    const ids = { sessionId: this.#idOf(event.sessionId), rootId: this.#idOf(event.rootId) };
    if (event.type === '@xstate.actor')
      return { ...event, ...ids, parentId: maybeOwn(event.parentId), isForeign: true };
    if (event.type === '@xstate.event') return { ...event, ...ids, sourceId: maybeOwn(event.sourceId) };
    return { ...event, ...ids };
  }

  #idOf(id: string): string {
    return `${this.#process}.${id}`;
  }
}
