/** The hub's events as they come. It may be another hub after a while, of another version even. */
import type { InspectorEvent } from '../view/events.ts';
import { countText } from '../view/naming.ts';
import { actorsIn } from '../view/picture.ts';
import { readEvent } from '../view/shape.ts';
import { byId, setAttribute, setText } from './dom.ts';
import type { Moments } from './moments.ts';

export type StreamListener = {
  /** The run is another one, or told from its beginning again. */
  began(run: { isReplay: boolean }): void;
  changed(): void;
};

/** Milliseconds before a hub that had no room is asked again. */
const AGAIN_MS = 2_000;

type Opening = { isReplay: boolean; hub?: string; base: unknown; first: number; next?: unknown };

/** @returns what ends it: another run is looked at */
export function listenToHub(moments: Moments, { began, changed }: StreamListener): () => void {
  const connection = byId('connection');
  let hub: string | undefined;
  /** What there was of the run when it was asked for: it is loaded until then. */
  let whole = 0;
  let about = '';
  let stream: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const listen = (): void => {
    const source = new EventSource('/stream');
    stream = source;
    hearAll(source);
    source.addEventListener('error', () => {
      setText(connection, '○ the inspector does not answer');
      setAttribute(connection, 'data-state', 'lost');
      // The browser itself tries again if nobody answers, but not if it was told that there is no room.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(listen, AGAIN_MS);
    });
  };
  const hearAll = (stream: EventSource): void => {
    hear(stream, 'picture', (data) => {
      const opening = data as Opening;
      const isAnother = hub !== undefined && opening.hub !== hub;
      if (isAnother && moments.next > moments.first) setText(byId('notice'), restarted(new Date()));
      hub = opening.hub;
      moments.restart(opening.base, numberIn(opening.first) ?? 0);
      const { isReplay } = opening;
      whole = numberIn(opening.next) ?? 0;
      about = isReplay ? '▶ recorded run' : '● connected';
      tellLoading();
      setAttribute(connection, 'data-state', isReplay ? 'replay' : 'live');
      began({ isReplay });
      changed();
    });
    hear(stream, 'actors', (data) => {
      moments.addActors(actorsIn(data));
      changed();
    });
    hear(stream, 'events', (data) => {
      const { first, events } = data as { first: number; events: readonly unknown[] };
      moments.add(events.map((event) => readEvent(event) ?? unread(moments)));
      moments.forgetBefore(first);
      tellLoading();
      changed();
    });
  };
  const tellLoading = (): void => {
    const { first, next } = moments;
    const isLoading = next < whole;
    const share = `${countText(next - first)} of ${countText(whole - first)} events`;
    setText(connection, isLoading ? `loading ${share}` : about);
    setAttribute(document.body, 'aria-busy', isLoading ? 'true' : undefined);
  };
  listen();
  return () => {
    clearTimeout(retry);
    stream?.close();
  };
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

/** An event that makes no sense keeps its number, so that all others have theirs. */
const unread = (moments: Moments): InspectorEvent => ({
  type: '@quiniela.refused',
  refused: 1,
  createdAt: moments.timeOf(moments.next - 1).toFixed(3),
});

const restarted = (date: Date): string =>
  `The inspector was restarted at ${date.toLocaleTimeString()}: what was before is gone`;
