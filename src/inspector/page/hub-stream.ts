/** The hub's events as they come. It may be another hub after a while, of another version even. */
import type { InspectorEvent } from '../view/events.ts';
import type { Moments } from '../view/moments.ts';
import { countText } from '../view/naming.ts';
import { actorsIn } from '../view/picture-data.ts';
import { readEvent } from '../view/shape.ts';
import type { Connection } from './connection-line.ts';
import { byId, setText } from './dom.ts';
import { Outage } from './outage.ts';

export type StreamListener = {
  /** The run is another one, or told from its beginning again. */
  began(run: { isReplay: boolean; name: string | undefined }): void;
  changed(): void;
  connection(told: Connection): void;
};

/** Milliseconds before a hub that had no room is asked again. */
const AGAIN_MS = 2_000;

type Opening = { isReplay: boolean; hub?: string; run?: unknown; base: unknown; first: number } & ToCome;

/** How much there is of the run so far, and how much of a recording the hub has read. */
type ToCome = { next?: unknown; share?: unknown };

type Told = { first: number; events: readonly unknown[] } & ToCome;

/** How many may be there at once. */
type Limited = { limit?: unknown };

/** @returns what ends it: another run is looked at */
export function listenToHub(moments: Moments, listener: StreamListener): () => void {
  const stream = new HubStream(moments, listener);
  return () => stream.end();
}

class HubStream {
  readonly #moments: Moments;
  readonly #listener: StreamListener;
  readonly #outage: Outage;
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #hub: string | undefined;
  #isReplay = false;
  /** What there is of the run when it is asked for, or has been read of its recording: it is loaded until then. */
  #whole = 0;
  #share = 1;
  /** Number of the oldest event that the hub had at first. */
  #first = 0;

  constructor(moments: Moments, listener: StreamListener) {
    this.#moments = moments;
    this.#listener = listener;
    this.#outage = new Outage(() => listener.changed());
    listener.connection({ text: '○ connecting …', state: 'lost', isLoading: false });
    this.#listen();
  }

  end(): void {
    this.#outage.end();
    showCrowd(undefined);
    clearTimeout(this.#retry);
    this.#source?.close();
  }

  #listen(): void {
    const source = new EventSource('/stream');
    this.#source = source;
    hear(source, 'full', (data) => {
      source.close();
      this.#waitForRoom((data as Limited).limit);
    });
    hear(source, 'crowd', (data) => showCrowd((data as Limited).limit));
    hear(source, 'picture', (data) => this.#open(data as Opening));
    hear(source, 'actors', (data) => {
      this.#moments.addActors(actorsIn(data));
      this.#listener.changed();
    });
    hear(source, 'events', (data) => this.#add(data as Told));
    source.addEventListener('error', () => this.#lose(source));
  }

  #lose(source: EventSource): void {
    showCrowd(undefined);
    this.#listener.connection({ text: '○ not connected', state: 'lost', isLoading: false });
    this.#outage.begin();
    // The browser itself tries again if nobody answers, but not after an answer that is no stream.
    if (source.readyState === EventSource.CLOSED) this.#listenAgain();
  }

  #waitForRoom(limit: unknown): void {
    this.#outage.end();
    showFull(limit);
    this.#listener.connection({ text: '○ waits for room', state: 'lost', isLoading: false });
    this.#listener.changed();
    this.#listenAgain();
  }

  #listenAgain(): void {
    this.#retry = setTimeout(() => this.#listen(), AGAIN_MS);
  }

  #open(opening: Opening): void {
    const moments = this.#moments;
    showCrowd(undefined);
    const isAnother = this.#hub !== undefined && opening.hub !== this.#hub;
    const isSame = this.#hub !== undefined && opening.hub === this.#hub;
    this.#hub = opening.hub;
    this.#first = numberIn(opening.first) ?? 0;
    if (isAnother && moments.next > moments.first) {
      moments.goOn(opening.base, this.#first);
      setText(byId('notice'), restarted(new Date()));
    } else if (isSame) moments.goOnAgain(opening.base, this.#first);
    else moments.restart(opening.base, this.#first);
    this.#isReplay = opening.isReplay;
    this.#whole = moments.shift + (numberIn(opening.next) ?? 0);
    this.#share = shareIn(opening.share);
    this.#outage.end();
    this.#tellConnection();
    // After an outage one looks at what one has looked at before it.
    const { run } = opening;
    if (!isSame)
      this.#listener.began({ isReplay: this.#isReplay, name: typeof run === 'string' ? run : undefined });
    this.#listener.changed();
  }

  #add({ first, events, next, share }: Told): void {
    const moments = this.#moments;
    if (this.#share < 1) this.#whole = moments.shift + (numberIn(next) ?? 0);
    this.#share = shareIn(share);
    moments.add(events.map((event) => readEvent(event) ?? unread(moments)));
    if (first > this.#first) moments.forgetBefore(moments.shift + first);
    this.#tellConnection();
    this.#listener.changed();
  }

  #tellConnection(): void {
    const { first, next } = this.#moments;
    const [whole, share] = [this.#whole, this.#share];
    const isLoading = next < whole || share < 1;
    const part = `loading ${countText(next - first)} of ${countText(whole - first)} events`;
    const file = `reading the file: ${Math.floor(share * 100)} %, ${countText(next - first)} events`;
    const about = this.#isReplay ? '▶ recorded run' : '● connected';
    this.#listener.connection({
      text: share < 1 ? file : isLoading ? part : about,
      state: this.#isReplay ? 'replay' : 'live',
      isLoading,
    });
  }
}

/** @param limit programs that may be connected at once, if others are turned away */
function showCrowd(limit: unknown): void {
  const count = numberIn(limit);
  const text = `Programs are refused: ${count} are connected, and no more may be. End one, and the next comes in by itself.`;
  setText(byId('crowd'), count === undefined ? '' : text);
}

/** @param limit pages that may be open at once */
function showFull(limit: unknown): void {
  const text = `This page is one too many: ${numberIn(limit) ?? 'as many as may be'} are open. Close one, and this one comes in by itself.`;
  setText(byId('crowd'), text);
}

/** A message that makes no sense is passed over. */
function hear(stream: EventSource, type: string, take: (data: unknown) => void): void {
  stream.addEventListener(type, ({ data }: MessageEvent<string>) => {
    try {
      take(JSON.parse(data));
    } catch (error) {
      console.error(error);
    }
  });
}

const numberIn = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Hubs of earlier versions have read it all. */
const shareIn = (value: unknown): number =>
  typeof value === 'number' && value >= 0 && value < 1 ? value : 1;

/** An event that makes no sense keeps its number, so that all others have theirs. */
const unread = (moments: Moments): InspectorEvent => ({
  type: '@quiniela.refused',
  refused: 1,
  createdAt: moments.timeOf(moments.next - 1).toFixed(3),
});

const restarted = (date: Date): string =>
  `The inspector was restarted at ${date.toLocaleTimeString()}: events with a dotted edge are from before`;
