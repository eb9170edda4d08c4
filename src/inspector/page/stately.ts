/**
 * The bridge to Stately's official inspector: the same page that `createInspectorServer` of @statelyai/inspect
 * serves, but fed by our hub. Stately's page says `@statelyai.connected` once it is loaded, and takes one event
 * per message from then on.
 */
import type { InspectorEvent } from '../events.ts';
import { byId, setText } from './dom.ts';

const frame = byId<HTMLIFrameElement>('inspector');
const address = new URLSearchParams(location.search).get('url') ?? 'https://stately.ai/inspect';
const origin = new URL(address).origin;
const waiting: InspectorEvent[] = [];
let isConnected = false;
let passed = 0;

const pass = (events: readonly InspectorEvent[]): void => {
  for (const event of events) {
    if (isConnected) frame.contentWindow?.postMessage(event, origin);
    else waiting.push(event);
  }
  passed += isConnected ? events.length : 0;
  setText(byId('told'), isConnected ? `${passed} events passed on.` : 'It has not answered yet.');
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
frame.src = address;
