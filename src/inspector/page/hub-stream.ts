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

/** @returns what ends it: another run is looked at */
export function listenToHub(moments: Moments, { began, changed, connection }: StreamListener): () => void {
  let hub: string | undefined;
  /** What there is of the run when it is asked for, or has been read of its recording: it is loaded until then. */
  let whole = 0;
  let share = 1;
  let isReplay = false;
  /** Number of the oldest event that the hub had at first. */
  let first = 0;
  const outage = new Outage(changed);
  let stream: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const listen = (): void => {
    const source = new EventSource('/stream');
    stream = source;
    hearAll(source);
    source.addEventListener('error', () => {
      showCrowd(undefined);
      connection({ text: '○ not connected', state: 'lost', isLoading: false });
      outage.begin();
      // The browser itself tries again if nobody answers, but not after an answer that is no stream.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(listen, AGAIN_MS);
    });
  };
  const hearAll = (stream: EventSource): void => {
    hear(stream, 'full', (data) => {
      stream.close();
      outage.end();
      showFull((data as { limit?: unknown }).limit);
      connection({ text: '○ waits for room', state: 'lost', isLoading: false });
      changed();
      retry = setTimeout(listen, AGAIN_MS);
    });
    hear(stream, 'crowd', (data) => showCrowd((data as { limit?: unknown }).limit));
    hear(stream, 'picture', (data) => {
      showCrowd(undefined);
      const opening = data as Opening;
      const isAnother = hub !== undefined && opening.hub !== hub;
      const isSame = hub !== undefined && opening.hub === hub;
      hub = opening.hub;
      first = numberIn(opening.first) ?? 0;
      if (isAnother && moments.next > moments.first) {
        moments.goOn(opening.base, first);
        setText(byId('notice'), restarted(new Date()));
      } else if (isSame) moments.goOnAgain(opening.base, first);
      else moments.restart(opening.base, first);
      isReplay = opening.isReplay;
      whole = moments.shift + (numberIn(opening.next) ?? 0);
      share = shareIn(opening.share);
      outage.end();
      tellConnection();
      // After an outage one looks at what one has looked at before it.
      const { run } = opening;
      if (!isSame) began({ isReplay, name: typeof run === 'string' ? run : undefined });
      changed();
    });
    hear(stream, 'actors', (data) => {
      moments.addActors(actorsIn(data));
      changed();
    });
    hear(stream, 'events', (data) => {
      const told = data as { first: number; events: readonly unknown[] } & ToCome;
      if (share < 1) whole = moments.shift + (numberIn(told.next) ?? 0);
      share = shareIn(told.share);
      moments.add(told.events.map((event) => readEvent(event) ?? unread(moments)));
      if (told.first > first) moments.forgetBefore(moments.shift + told.first);
      tellConnection();
      changed();
    });
  };
  const tellConnection = (): void => {
    const { first, next } = moments;
    const isLoading = next < whole || share < 1;
    const part = `loading ${countText(next - first)} of ${countText(whole - first)} events`;
    const file = `reading the file: ${Math.floor(share * 100)} %, ${countText(next - first)} events`;
    const about = isReplay ? '▶ recorded run' : '● connected';
    connection({
      text: share < 1 ? file : isLoading ? part : about,
      state: isReplay ? 'replay' : 'live',
      isLoading,
    });
  };
  connection({ text: '○ connecting …', state: 'lost', isLoading: false });
  listen();
  return () => {
    outage.end();
    showCrowd(undefined);
    clearTimeout(retry);
    stream?.close();
  };
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
