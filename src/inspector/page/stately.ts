/**
 * The bridge to Stately's official inspector: the same page that `createInspectorServer` of @statelyai/inspect
 * serves, but fed by our hub. Stately's page says `@statelyai.connected` once it is loaded, and takes one event
 * per message from then on.
 */
import type { InspectorEvent } from '../view/events.ts';
import { byId, setText } from './dom.ts';

/** Fixed when the page is built: an address in the link would send the run wherever the link's author likes. */
declare const STATELY_INSPECTOR: string;

const frame = byId<HTMLIFrameElement>('inspector');
const origin = new URL(STATELY_INSPECTOR).origin;
/** What came before it answered; an inspector that never does gets the newest when it comes. */
let waiting: InspectorEvent[] = [];
const MOST_WAITING = 50_000;
let isConnected = false;
let passed = 0;

const pass = (events: readonly InspectorEvent[]): void => {
  for (const event of events) {
    if (isConnected) frame.contentWindow?.postMessage(event, origin);
    else waiting.push(event);
  }
  if (waiting.length > MOST_WAITING) waiting = waiting.slice(-MOST_WAITING / 2);
  passed += isConnected ? events.length : 0;
  setText(
    byId('told'),
    isConnected ? `${passed} ${passed === 1 ? 'event' : 'events'} passed on.` : 'It has not answered yet.',
  );
};

addEventListener('message', ({ data, source }) => {
  if (source !== frame.contentWindow || data?.type !== '@statelyai.connected') return;
  isConnected = true;
  pass(waiting.splice(0));
});

const stream = new EventSource('/stream?stately');
stream.addEventListener('events', ({ data }) => {
  const { events } = JSON.parse(data) as { events: InspectorEvent[] };
  pass(events);
});
setText(byId('told'), 'It has not answered yet.');
frame.src = STATELY_INSPECTOR;
