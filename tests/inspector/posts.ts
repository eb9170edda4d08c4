/** Events and posts as anybody may send them. */
import { request } from 'node:http';

let count = 0;

type Fields = Readonly<Record<string, unknown>>;

const common = (id: string) => ({
  sessionId: id,
  rootId: id,
  createdAt: Date.now().toFixed(3),
  id: null,
  _version: '0.7.2',
});

export const actorEvent = (id: string, fields: Fields = {}): Fields => ({
  type: '@xstate.actor',
  ...common(id),
  name: 'lamp',
  machine: 'lamp',
  snapshot: { status: 'active', value: 'off', context: {} },
  ...fields,
});

export const sentEvent = (id: string, fields: Fields = {}): Fields => ({
  type: '@xstate.event',
  ...common(id),
  event: { type: 'press' },
  ...fields,
});

export const snapshotEvent = (id: string, fields: Fields = {}): Fields => ({
  type: '@xstate.snapshot',
  ...common(id),
  event: { type: 'press' },
  snapshot: { status: 'active', value: 'on', context: {} },
  transitions: ['lamp.off|press|0'],
  ...fields,
});

export type Answer = { status: number; headers: Readonly<Record<string, unknown>>; text: string };

/** A request with whatever headers, `host` and `origin` too. */
export const ask = (
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: object; body?: string | Buffer } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method, headers: { ...headers }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    asked.on('error', reject).end(body);
  });

/** Posts lines as a process of its own. */
export const post = (
  url: string,
  events: readonly (string | Fields)[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  count += 1;
  const body = events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n');
  const named = { 'quiniela-process': `p${count}`, ...headers };
  return ask(`${url}events`, { method: 'POST', headers: named, body });
};
