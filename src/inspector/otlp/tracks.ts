/** What each agency and each of its connections went through in a recorded run: its states, one after the other. */
import { OTLP_EVENTS_OF_STAY, OTLP_STAYS } from '../limits.ts';
import type { ActorEvent, InspectorEvent, SnapshotEvent } from '../view/events.ts';
import { fieldsOf } from '../view/fields.ts';
import { eventText, pathsOf } from '../view/naming.ts';

/** A time in one state. Times are milliseconds since 1970. */
export type Stay = {
  readonly state: string;
  readonly from: number;
  to: number;
  /** What it heard meanwhile. */
  readonly events: { readonly at: number; readonly name: string }[];
  /** Further events, that were only counted. */
  unheard: number;
};

export type Track = {
  /** The actor's id, unique among all processes, and its process's. */
  readonly id: string;
  readonly process: string;
  readonly machine: 'agency' | 'connection';
  readonly name: string;
  /** Undefined as long as nobody has said it. */
  agency: number | undefined;
  stays: Stay[];
  /** Bets that are stored, as it knows. */
  stored: number | undefined;
  exitCode: number | undefined;
  hasEnded: boolean;
};

const agencyIn = ({ machine }: Track, context: unknown): number | undefined => {
  const { id, agency } = fieldsOf(context);
  const number = machine === 'agency' ? id : agency;
  return typeof number === 'number' && number >= 0 ? number : undefined;
};

const numberIn = (value: unknown, key: string): number | undefined => {
  const found = fieldsOf(value)[key];
  return typeof found === 'number' ? found : undefined;
};

export class Tracks {
  readonly #all = new Map<string, Track>();
  #stays = 0;
  /** States that there was no room for any more. */
  leftOut = 0;

  /** Those that had to do with an agency, in the order in which they began. */
  get all(): Track[] {
    return [...this.#all.values()].filter(({ agency, stays }) => agency !== undefined && stays.length > 0);
  }

  take(event: InspectorEvent): void {
    if (event.type === '@xstate.actor') this.#begin(event);
    else if (event.type === '@xstate.snapshot') this.#go(event);
  }

  #begin({ sessionId, rootId, machine, name }: ActorEvent): void {
    if ((machine !== 'agency' && machine !== 'connection') || this.#all.has(sessionId)) return;
    const unknown = { agency: undefined, stored: undefined, exitCode: undefined, hasEnded: false };
    this.#all.set(sessionId, { id: sessionId, process: rootId, machine, name, stays: [], ...unknown });
  }

  #go({ sessionId, createdAt, event, snapshot }: SnapshotEvent): void {
    const track = this.#all.get(sessionId);
    if (!track || track.hasEnded) return;
    const at = Number(createdAt);
    const state = pathsOf(snapshot.value)
      .map((path) => path.join('.'))
      .join(' & ');
    const current = track.stays.at(-1);
    if (current) {
      current.to = at;
      if (current.events.length < OTLP_EVENTS_OF_STAY)
        current.events.push({ at, name: eventText(event.type) });
      else current.unheard += 1;
    }
    if (current?.state !== state) this.#stay(track, state, at);
    track.agency = agencyIn(track, snapshot.context) ?? track.agency;
    track.stored = numberIn(snapshot.context, 'stored') ?? track.stored;
    track.exitCode = numberIn(snapshot.output, 'exitCode') ?? track.exitCode;
    track.hasEnded = snapshot.status !== 'active';
  }

  #stay(track: Track, state: string, at: number): void {
    if (this.#stays >= OTLP_STAYS) this.leftOut += 1;
    else {
      this.#stays += 1;
      track.stays.push({ state, from: at, to: at, events: [], unheard: 0 });
    }
  }
}
