/**
 * Every moment of a run: the events since the base picture, numbered as the hub numbers them, and the picture
 * after any of them. A copy of the picture is kept at every thousandth, so that no step back folds more; a step on
 * goes on from the picture that was looked at last.
 */
import type { InspectorEvent } from './events.ts';
import { type ActorPicture, apply, begins, copyOf, emptyPicture, type Picture } from './picture.ts';
import { fromData } from './picture-data.ts';
import type { Told } from './state-time.ts';

const KEYFRAME = 1_000;

/** Events of earlier hubs that are kept: as many as a hub keeps. */
const OLDER_EVENTS = 30_000;

/** What the sequence needs to know of an actor that may have ended. */
export type CastMember = Pick<
  ActorPicture,
  'id' | 'name' | 'machine' | 'isForeign' | 'chart' | 'parentId' | 'context'
>;

export class Moments {
  /** Number of the first event that is kept, and of the one that will come next. */
  first = 0;
  next = 0;
  #base: Picture = emptyPicture();
  #now: Picture = emptyPicture();
  #events: InspectorEvent[] = [];
  /** Who ever took part in an event that is kept. */
  readonly cast = new Map<string, CastMember>();
  /** Another number whenever somebody comes into the cast, or leaves it. */
  castings = 0;
  /** By the number of the event that comes after it. */
  #keyframes = new Map<number, Picture>();
  /** What was looked at last: mostly, it is looked on from there. */
  #looked: { number: number; picture: Picture } | undefined;
  /** By actor: the numbers of what it told of itself. */
  readonly #told = new Map<string, number[]>();
  /** Another one for each run that is told from its beginning. */
  epoch = 0;
  /** Number of the first event of the hub that is there; those before are of hubs that were there before it. */
  begun = 0;
  /** What is added to the hub's numbers. */
  shift = 0;

  /** Begins anew with what a hub has. */
  restart(base: unknown, first: number): void {
    this.#reset(fromData(base), first);
    this.begun = first;
    this.shift = 0;
  }

  /** Another hub is there: what the last one told is kept, and stands before a mark. */
  goOn(base: unknown, first: number): void {
    this.forgetBefore(this.next - OLDER_EVENTS);
    const createdAt = this.timeOf(this.next - 1).toFixed(3);
    this.add([{ type: '@quiniela.restarted', base: fromData(base), createdAt }]);
    this.#castAll(this.#now);
    this.begun = this.next;
    this.shift = this.begun - first;
  }

  /** The same hub tells its run again: each event has the number that it had, also if some are kept no longer. */
  goOnAgain(base: unknown, first: number): void {
    const { shift } = this;
    if (this.begun <= this.first || first + shift !== this.begun) {
      this.restart(base, first + shift);
      this.shift = shift;
      return;
    }
    const older = this.#events.slice(0, this.begun - 1 - this.first);
    this.#reset(this.#base, this.first);
    this.add(older);
    this.goOn(base, first);
  }

  #reset(base: Picture, first: number): void {
    this.#base = base;
    this.#now = copyOf(this.#base);
    this.#events = [];
    this.#keyframes.clear();
    this.#looked = undefined;
    this.epoch += 1;
    this.first = first;
    this.next = first;
    this.cast.clear();
    this.#told.clear();
    this.#castAll(this.#base);
  }

  #castAll({ actors }: Picture): void {
    for (const actor of actors.values()) this.cast.set(actor.id, actor);
    this.castings += 1;
  }

  /** More of the actors that were there before the first event. */
  addActors(actors: readonly ActorPicture[]): void {
    this.#looked = undefined;
    const mark = this.event(this.begun - 1);
    const base = mark?.type === '@quiniela.restarted' ? mark.base : this.#base;
    for (const actor of actors) {
      for (const picture of [base, this.#now]) picture.actors.set(actor.id, actor);
      this.cast.set(actor.id, actor);
    }
    this.castings += 1;
  }

  add(events: readonly InspectorEvent[]): void {
    for (const event of events) {
      if (this.next % KEYFRAME === 0) this.#keyframes.set(this.next, copyOf(this.#now));
      // What was told of its state before is none of how it was.
      if (event.type === '@xstate.event' && begins(this.#now.actors.get(event.sessionId), event))
        this.#told.delete(event.sessionId);
      apply(this.#now, event);
      if (event.type === '@xstate.actor' || event.type === '@xstate.snapshot') {
        const told = this.#told.get(event.sessionId);
        if (told) told.push(this.next);
        else this.#told.set(event.sessionId, [this.next]);
        const actor = this.#now.actors.get(event.sessionId);
        if (actor) {
          if (!this.cast.has(actor.id)) this.castings += 1;
          this.cast.set(actor.id, actor);
        }
      }
      this.#events.push(event);
      this.next += 1;
    }
  }

  /** The hub has forgotten what is older, and so does the page: all visitors have the same. */
  forgetBefore(first: number): void {
    if (first <= this.first) return;
    for (const [index, event] of this.#events.splice(0, first - this.first).entries()) {
      const number = this.first + index;
      apply(this.#base, event);
      if (event.type === '@xstate.actor' || event.type === '@xstate.snapshot') {
        const told = this.#told.get(event.sessionId);
        if (told?.[0] === number) told.shift();
        if (told?.length === 0) this.#told.delete(event.sessionId);
      }
      for (const id of endedBy(event)) {
        if (!this.#base.actors.has(id) && this.cast.delete(id)) this.castings += 1;
      }
    }
    for (const number of this.#keyframes.keys()) {
      if (number < first) this.#keyframes.delete(number);
    }
    this.first = first;
  }

  event(number: number): InspectorEvent | undefined {
    return this.#events[number - this.first];
  }

  /** All that an actor told of itself before event `end`, from how it was before the first event that is kept. */
  *toldBy(id: string, end = this.next): Generator<Told> {
    const before = this.#base.actors.get(id);
    if (before) yield { time: before.lastAt, value: before.value, isOver: before.status !== 'active' };
    for (const number of this.#told.get(id) ?? []) {
      if (number >= end) return;
      const event = this.event(number);
      if (event?.type !== '@xstate.actor' && event?.type !== '@xstate.snapshot') continue;
      const { value, status } = event.snapshot;
      yield { time: Number(event.createdAt), value, isOver: status !== 'active' };
    }
  }

  /** When an event was, in milliseconds since 1970. */
  timeOf(number: number): number {
    return Number(this.event(number)?.createdAt ?? this.#now.time);
  }

  /** The picture before event `number`, which is to be looked at, not changed. */
  before(number: number): Picture {
    if (number >= this.next) return this.#now;
    if (this.#looked?.number === number) return this.#looked.picture;
    const { from, picture: known } = this.#nearest(number);
    const picture = copyOf(known);
    for (let at = from; at < number; at += 1) apply(picture, this.event(at)!);
    this.#looked = { number, picture };
    return picture;
  }

  /** The picture that is kept nearest before an event. */
  #nearest(number: number): { from: number; picture: Picture } {
    const keyframe = number - (number % KEYFRAME);
    const looked = this.#looked;
    if (looked && looked.number <= number && looked.number >= Math.max(keyframe, this.first))
      return { from: looked.number, picture: looked.picture };
    const known = keyframe > this.first ? this.#keyframes.get(keyframe) : undefined;
    return known ? { from: keyframe, picture: known } : { from: this.first, picture: this.#base };
  }
}

/** Who is kept no longer, perhaps, after an event. */
function endedBy(event: InspectorEvent): readonly string[] {
  if (event.type === '@quiniela.forgotten') return event.ids;
  return event.type === '@xstate.snapshot' && event.snapshot.status !== 'active' ? [event.sessionId] : [];
}
