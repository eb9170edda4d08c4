/**
 * What each kind of reader gets, in portions: first how all actors are, then what follows. A reader keeps nothing
 * but how far it has read; if the history has moved on beyond that, it begins anew.
 */

import { PAGE_CHARS } from '../limits.ts';
import type { ActorPicture, Picture } from '../view/picture.ts';
import { toData } from '../view/picture-data.ts';
import type { Crowd } from './crowd.ts';
import type { History } from './history.ts';
import type { ReadSoFar } from './replay.ts';
import type { StatelyFeed } from './stately-feed.ts';

export type Reader = {
  /** What comes next, some 256 kB at most; empty as long as nothing is new. */
  next(): string;
  /** Nothing will follow. */
  readonly isDone: boolean;
};

/** Which hub it is, the run's name, how much of a recorded one it has read, and whom it has no room for. */
type Run = { hub: string; run: string; replay: ReadSoFar | undefined; crowd: Crowd };

/** A page of our own, as server-sent events: `picture`, any number of `actors`, then `events`; `crowd` between them. */
export class PageReader implements Reader {
  readonly isDone = false;
  readonly #history: History;
  readonly #run: Run;
  #actors: ActorIds | undefined;
  #number = -1;
  /** What it knows of how much of a recording has been read. */
  #share = 1;
  /** And of those who are turned away. */
  #limit: number | undefined;

  constructor(history: History, run: Run) {
    this.#history = history;
    this.#run = run;
  }

  next(): string {
    const { first, base } = this.#history;
    if (this.#number < first || (this.#actors && this.#number !== first)) return this.#open();
    const { limit } = this.#run.crowd;
    if (limit !== this.#limit) {
      this.#limit = limit;
      return `event: crowd\ndata: ${JSON.stringify({ limit })}\n\n`;
    }
    if (this.#actors) {
      const actors = this.#actors.take(base);
      if (this.#actors.isEmpty) this.#actors = undefined;
      return `event: actors\ndata: [${actors.join(',')}]\n\n`;
    }
    const events = this.#history.slice(this.#number, PAGE_CHARS);
    this.#number += events.length;
    const share = this.#run.replay?.share ?? 1;
    const isNews = events.length > 0 || share !== this.#share;
    this.#share = share;
    return isNews ? eventsMessage(first, events, this.#history.next, share) : '';
  }

  #open(): string {
    const { first, next, base } = this.#history;
    this.#number = first;
    this.#limit = undefined;
    this.#actors = base.actors.size > 0 ? new ActorIds(base) : undefined;
    const { hub, run, replay } = this.#run;
    this.#share = replay?.share ?? 1;
    const isReplay = replay !== undefined;
    const told = {
      isReplay,
      hub,
      run,
      base: { ...toData(base), actors: [] },
      first,
      next,
      share: this.#share,
    };
    const opening = JSON.stringify(told);
    return `retry: 1000\nevent: picture\ndata: ${opening}\n\n`;
  }
}

/** The page that frames Stately's inspector. */
export class BridgeReader implements Reader {
  readonly isDone = false;
  readonly #stately: StatelyReader;

  constructor(history: History, feed: StatelyFeed) {
    this.#stately = new StatelyReader(history, feed);
  }

  next(): string {
    const events = this.#stately.next();
    return events.length === 0 ? '' : eventsMessage(0, events, 0, 1);
  }
}

/** The events as Stately has them: actors as if they had just been made, then what happens. */
export class StatelyReader {
  readonly #history: History;
  readonly #feed: StatelyFeed;
  #actors: ActorIds | undefined;
  #number: number;

  constructor(history: History, feed: StatelyFeed) {
    this.#history = history;
    this.#feed = feed;
    this.#actors = new ActorIds(history.now);
    this.#number = history.next;
  }

  /** Each as JSON. */
  next(): string[] {
    if (this.#actors) {
      const actors = this.#actors.take(this.#history.now, (actor) => this.#feed.opening(actor));
      if (this.#actors.isEmpty) this.#actors = undefined;
      if (actors.length > 0) return actors;
    }
    if (this.#number < this.#history.first) {
      this.#actors = new ActorIds(this.#history.now);
      this.#number = this.#history.next;
    }
    const slice = this.#history.slice(this.#number, PAGE_CHARS / 4);
    this.#number += slice.length;
    return slice.flatMap((json) => {
      const event = this.#feed.translate(JSON.parse(json));
      return event ? [JSON.stringify(event)] : [];
    });
  }
}

/** The picture as one JSON document; what happens while it is read may be in it or not. */
export class PictureReader implements Reader {
  readonly #history: History;
  #actors: ActorIds | undefined;
  readonly #replay: ReadSoFar | undefined;
  #hasSome = false;
  #isDone = false;

  /** @param replay a recorded run: nobody asks for a picture of a part of it */
  constructor(history: History, replay: ReadSoFar | undefined) {
    this.#history = history;
    this.#replay = replay;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  next(): string {
    if (this.#replay && this.#replay.share < 1) return '';
    const { now } = this.#history;
    let text = '';
    if (!this.#actors) {
      this.#actors = new ActorIds(now);
      text = `${JSON.stringify({ ...toData(now), actors: [], definitions: [] }).slice(0, -1)},"actors":[`;
    }
    const actors = this.#actors.take(now);
    if (this.#hasSome && actors.length > 0) text += ',';
    this.#hasSome ||= actors.length > 0;
    this.#isDone = this.#actors.isEmpty;
    return `${text}${actors.join(',')}${this.#isDone ? ']}' : ''}`;
  }
}

/** The actors of a picture, to be told a portion at a time. */
class ActorIds {
  #ids: string[];

  constructor({ actors }: Picture) {
    this.#ids = [...actors.keys()];
  }

  get isEmpty(): boolean {
    return this.#ids.length === 0;
  }

  take(
    { actors }: Picture,
    told: (actor: ActorPicture) => string = (actor) => JSON.stringify(actor),
  ): string[] {
    const portion: string[] = [];
    let count = 0;
    let chars = 0;
    while (count < this.#ids.length && chars < PAGE_CHARS) {
      const actor = actors.get(this.#ids[count]!);
      count += 1;
      if (!actor) continue;
      const json = told(actor);
      portion.push(json);
      chars += json.length;
    }
    this.#ids = this.#ids.slice(count);
    return portion;
  }
}

/**
 * `first` is the number of the oldest event that is still kept: the pages forget what is older, too; `next` that of the one
 * that the hub will have next, and `share` what it has read of a recording: how much is to come.
 */
const eventsMessage = (first: number, events: readonly string[], next: number, share: number): string =>
  `event: events\ndata: {"first":${first},"next":${next},"share":${share},"events":[${events.join(',')}]}\n\n`;
