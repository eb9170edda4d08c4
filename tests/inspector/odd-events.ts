/** What somebody may post who means no good. */
import { actorEvent, sentEvent, snapshotEvent } from './posts.ts';

const nested = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
const raw = (event: object, field: string, json: string): string =>
  JSON.stringify({ ...event, [field]: '@' }).replace('"@"', json);

/** Lines that are no events, whatever they claim to be. */
export const NO_EVENTS: readonly (string | Readonly<Record<string, unknown>>)[] = [
  'null',
  '[]',
  '"@xstate.event"',
  '{"type":"@xstate.event"',
  '\u0000\u001b[2J',
  { type: '@xstate.unheard' },
  sentEvent('x.1', { event: null }),
  sentEvent('x.1', { event: 'press' }),
  sentEvent('x.1', { event: { type: 7 } }),
  sentEvent('x.1', { event: [] }),
  sentEvent('x.1', { sourceId: {} }),
  sentEvent('', {}),
  sentEvent('x'.repeat(1_000)),
  sentEvent('x.1', { sessionId: { toString: 'x' } }),
  ...['never', 'NaN', '', '-1', '1e308', '0x10', ' 5', 'Infinity', null, {}, [1]].map((createdAt) =>
    sentEvent('x.1', { createdAt }),
  ),
  snapshotEvent('x.1', { snapshot: null }),
  snapshotEvent('x.1', { snapshot: 'active' }),
  snapshotEvent('x.1', { snapshot: { status: 'constructor' } }),
  snapshotEvent('x.1', { snapshot: { status: 'active', value: 7 } }),
  snapshotEvent('x.1', { snapshot: { status: 'active', value: { a: null } } }),
  snapshotEvent('x.1', { event: undefined }),
  snapshotEvent('x.1', { transitions: 'lamp' }),
  snapshotEvent('x.1', { transitions: [null] }),
  snapshotEvent('x.1', { transitions: Array(10_000).fill('a') }),
  actorEvent('x.1', { name: { a: 1 } }),
  actorEvent('x.1', { machine: 5 }),
  actorEvent('x.1', { parentId: 7 }),
  actorEvent('x.1', { snapshot: undefined }),
  // The hub's own facts are not for others to tell.
  { type: '@quiniela.left', process: 'honest', createdAt: '1795452912110' },
  { type: '@quiniela.forgotten', ids: ['honest.0'], createdAt: '1795452912110' },
  { type: '@quiniela.lost', process: 'honest', lost: 1e300, createdAt: '1795452912110' },
];

/** Events that are odd, and are events. */
export const ODD_EVENTS = [
  actorEvent('__proto__', { name: '__proto__', machine: '__proto__' }),
  actorEvent('constructor', { machine: 'constructor', parentId: 'constructor' }),
  actorEvent('a.1', { parentId: 'a.2' }),
  actorEvent('a.2', { parentId: 'a.1' }),
  raw(actorEvent('deep.1'), 'snapshot', `{"status":"active","value":"on","context":{"a":${nested(10_000)}}}`),
  raw(sentEvent('deep.1'), 'event', `{"type":"deep","a":${nested(10_000)}}`),
  raw(
    snapshotEvent('deep.1'),
    'snapshot',
    `{"status":"active","value":${'{"a":'.repeat(5_000)}"b"${'}'.repeat(5_000)}}`,
  ),
  snapshotEvent('__proto__', { transitions: ['__proto__', 'constructor', 'toString', '__proto__'] }),
  actorEvent('long.1', { name: 'n'.repeat(100_000), machine: undefined, definition: '{"id":7,"states":[]}' }),
  actorEvent('long.2', { snapshot: { status: 'active', context: { page: 3, text: 'x'.repeat(200_000) } } }),
  actorEvent('ctx.1', {
    machine: 'agency',
    snapshot: { status: 'active', context: { id: 1e9, total: null } },
  }),
  actorEvent('ctx.2', {
    machine: 'server',
    snapshot: { status: 'active', context: { agencies: 'x', told: {} } },
  }),
  ...Array.from({ length: 200 }, (_, index) =>
    actorEvent(`chain.${index + 1}`, { parentId: `chain.${index}` }),
  ),
];
