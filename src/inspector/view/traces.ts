/**
 * Batches on their way, folded from what their actors were sent. No message has a number for that: the agency and the
 * batch's last bet name it wherever it is.
 */
import { TRACES } from '../limits.ts';
import type { EventSummary, InspectorEvent, SentEvent } from './events.ts';
import { type Fields, isFields } from './fields.ts';
import type { ActorPicture } from './picture.ts';
import { MARKS, type Mark, type Marks, type Trace } from './trace.ts';

/** A trace that is not over. */
type Open = { agency: number; from: number; to: number; marks: Partial<Record<Mark, number>> };

/** Bets that a request of the store holds; none of other requests. */
type Range = { agency: number; from: number; to: number } | undefined;

type Asked = { agency: number | undefined; range: Range };

/** `writing` by the number of the group. */
type Store = { waiting: Asked[]; writing: Map<number, Asked[]> };

export class Traces {
  /** Those that are over, the newest last; the oldest are forgotten. */
  readonly all: Trace[] = [];
  readonly #machines = new Map<string, string>();
  /** Agencies by their actor, and by the connection that serves them. */
  readonly #agencies = new Map<string, number>();
  readonly #sessions = new Map<string, number>();
  readonly #watched = new Set<number>();
  readonly #stores = new Map<string, Store>();
  /** By agency. */
  readonly #open = new Map<number, Open[]>();
  /** By agency: where its next batch begins. */
  readonly #next = new Map<number, number>();

  /** Actors that were there before the first event that comes. */
  begin(actors: Iterable<ActorPicture>): void {
    for (const { id, machine, isForeign, context } of actors)
      this.#know(id, isForeign ? undefined : machine, context);
  }

  add(event: InspectorEvent): void {
    if (event.type === '@xstate.actor') {
      this.#know(event.sessionId, event.isForeign ? undefined : event.machine, event.snapshot.context);
    } else if (event.type === '@xstate.snapshot') {
      const machine = this.#machines.get(event.sessionId);
      if (machine === 'agency') this.#know(event.sessionId, machine, event.snapshot.context);
    } else if (event.type === '@xstate.event') this.#sent(event);
  }

  /** The trace of a batch that holds this bet, the newest if it was sent again. */
  find(agency: number, bet: number): Trace | undefined {
    return this.all.findLast((trace) => trace.agency === agency && trace.from <= bet && bet < trace.to);
  }

  /** Those that were somewhere at this very time: of an event, the batches that it is of. */
  touching(time: number): Trace[] {
    return this.all.filter(({ marks }) => MARKS.some((mark) => marks[mark] === time));
  }

  #know(id: string, machine: string | undefined, context: unknown): void {
    if (machine !== undefined) this.#machines.set(id, machine);
    const agency = machine === 'agency' ? numberIn(context, 'id') : undefined;
    if (agency === undefined) return;
    this.#agencies.set(id, agency);
    this.#watched.add(agency);
  }

  #sent({ event, sessionId, sourceId = '', createdAt }: SentEvent): void {
    const at = Number(createdAt);
    const agency = this.#agencies.get(sessionId);
    switch (event.type) {
      case 'file.positioned':
        if (agency !== undefined) this.#rewind(agency, numberIn(event, 'count') ?? 0);
        break;
      case 'batches.ready':
        if (agency !== undefined) this.#ready(agency, endsIn(event), at);
        break;
      case 'socket.write':
        this.#mark('sent', this.#agencies.get(sourceId), (_, { sent }) => sent === undefined, at);
        break;
      case 'client.batch':
        this.#received(event, sessionId, at);
        break;
      case 'store.submit':
        this.#submitted(event.request, sessionId, at);
        break;
      case 'folder.commit':
        this.#committing(sourceId, event, at);
        break;
      case 'folder.committed':
        this.#committed(sessionId, event, at);
        break;
      case 'socket.sayAll':
        this.#said(this.#sessions.get(sourceId), at);
        break;
      case 'server.stored':
        if (agency !== undefined) this.#stored(agency, numberIn(event, 'next') ?? 0, at);
    }
  }

  /** It begins there: what was on its way will come again. */
  #rewind(agency: number, to: number): void {
    this.#open.delete(agency);
    this.#next.set(agency, to);
  }

  #ready(agency: number, ends: readonly number[], ready: number | undefined): void {
    const open = this.#open.get(agency) ?? [];
    for (const to of ends) {
      open.push({
        agency,
        from: this.#next.get(agency) ?? 0,
        to,
        marks: ready === undefined ? {} : { ready },
      });
      this.#next.set(agency, to);
    }
    this.#open.set(agency, open.slice(-TRACES));
  }

  #received(event: EventSummary, session: string, at: number): void {
    const range = rangeOf(event);
    if (!range) return;
    const { agency, from, to } = range;
    this.#sessions.set(session, agency);
    // An agency that is not watched has told nothing of it.
    if (!this.#open.get(agency)?.some((one) => one.to === to)) {
      this.#next.set(agency, from);
      const ends = endsIn(event);
      this.#ready(agency, ends.at(-1) === to ? ends : [to], undefined);
    }
    this.#markRange('received', range, at);
  }

  #submitted(request: unknown, id: string, at: number): void {
    const isBets = isFields(request) && request.kind === 'bets';
    const range = isBets ? rangeOf(request) : undefined;
    this.#store(id).waiting.push({ agency: numberIn(request, 'agency'), range });
    this.#markRange('submitted', range, at);
  }

  /** The oldest that wait, but for agencies that have a group under way. */
  #committing(id: string, event: EventSummary, at: number): void {
    const store = this.#store(id);
    const busy = new Set([...store.writing.values()].flatMap((group) => group.map(({ agency }) => agency)));
    const free = store.waiting.filter(({ agency }) => !busy.has(agency));
    const group = new Set(free.slice(0, countIn(event.requests)));
    store.waiting = store.waiting.filter((asked) => !group.has(asked));
    store.writing.set(numberIn(event, 'group') ?? 0, [...group]);
    for (const { range } of group) this.#markRange('committing', range, at);
  }

  #committed(id: string, event: EventSummary, at: number): void {
    const { writing } = this.#store(id);
    const number = numberIn(event, 'group') ?? 0;
    for (const { range } of writing.get(number) ?? []) this.#markRange('committed', range, at);
    writing.delete(number);
  }

  #said(agency: number | undefined, at: number): void {
    this.#mark('said', agency, (_, { committed, said }) => committed !== undefined && said === undefined, at);
    if (agency !== undefined && !this.#watched.has(agency))
      this.#close(agency, ({ marks }) => marks.said !== undefined);
  }

  #stored(agency: number, next: number, at: number): void {
    this.#mark('stored', agency, ({ to }, { said }) => to <= next && said !== undefined, at);
    this.#close(agency, ({ to }) => to <= next);
  }

  #close(agency: number, isOver: (open: Open) => boolean): void {
    const open = this.#open.get(agency) ?? [];
    this.all.push(...open.filter(isOver));
    if (this.all.length > 2 * TRACES) this.all.splice(0, this.all.length - TRACES);
    this.#open.set(
      agency,
      open.filter((one) => !isOver(one)),
    );
  }

  #markRange(mark: Mark, range: Range, at: number): void {
    if (range) this.#mark(mark, range.agency, ({ to }) => range.from < to && to <= range.to, at);
  }

  #mark(
    mark: Mark,
    agency: number | undefined,
    isIt: (open: Open, marks: Marks) => boolean,
    at: number,
  ): void {
    if (agency === undefined) return;
    for (const open of this.#open.get(agency) ?? []) {
      if (isIt(open, open.marks)) open.marks[mark] ??= at;
    }
  }

  #store(id: string): Store {
    const known = this.#stores.get(id) ?? { waiting: [], writing: new Map() };
    this.#stores.set(id, known);
    return known;
  }
}

const numberIn = (value: unknown, key: string): number | undefined => {
  const found = isFields(value) ? value[key] : undefined;
  return typeof found === 'number' ? found : undefined;
};

const endsIn = ({ ends }: Fields): number[] =>
  Array.isArray(ends) ? ends.filter((item) => typeof item === 'number') : [];

/** Of a list, or of its summary: `‹2 items›`. */
const countIn = (list: unknown): number =>
  Array.isArray(list) ? list.length : Number(/\d+/.exec(String(list))?.[0] ?? 0);

const rangeOf = (value: Fields): Range => {
  const [agency, offset, count] = ['agency', 'offset', 'count'].map((key) => numberIn(value, key));
  if (agency === undefined || offset === undefined || count === undefined) return undefined;
  return { agency, from: offset, to: offset + count };
};
