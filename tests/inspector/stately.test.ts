/** Stately's own clients of @statelyai/inspect, against our hub. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createInspector,
  createWebSocketInspector,
  createWebSocketReceiver,
  type StatelyInspectionEvent,
} from '@statelyai/inspect';
import { createActor } from 'xstate';
import { createObserver } from '../../src/inspector/probe/observer.ts';
import { until } from '../support/system.ts';
import { askHub, startInspector } from './helpers.ts';
import { lamp } from './lamp.ts';

test("the events have the fields of Stately's own client", async () => {
  const own: Record<string, unknown>[] = [];
  const theirs: Record<string, unknown>[] = [];
  const inspector = createInspector({ send: (event) => theirs.push({ ...event }) });
  for (const inspect of [createObserver('p', (line) => own.push(JSON.parse(line))), inspector.inspect]) {
    const actor = createActor(lamp, { inspect });
    actor.start();
    actor.send({ type: 'press' });
    actor.stop();
  }
  await until(() => theirs.length >= own.length, 'theirs come later');
  const typesOf = (events: Record<string, unknown>[]) => events.map(({ type }) => type);
  assert.deepEqual(typesOf(own), typesOf(theirs));
  for (const [index, event] of theirs.entries()) {
    // JSON has no undefined.
    const wanted = Object.keys(event).filter((key) => event[key] !== undefined);
    const extra = new Set(Object.keys(own[index]!)).difference(new Set(wanted));
    assert.deepEqual(new Set(wanted).difference(new Set(Object.keys(own[index]!))), new Set());
    assert.deepEqual(extra.difference(new Set(['machine', 'transitions', 'rootId'])), new Set());
    assert.equal(typeof own[index]!.createdAt, typeof event.createdAt);
  }
});

test('a WebSocket inspector is heard, and a WebSocket receiver hears', async (t) => {
  const { url } = await startInspector(t);
  const address = url.replace('http', 'ws');
  const heard: StatelyInspectionEvent[] = [];
  createWebSocketReceiver({ server: address }).subscribe((event) => {
    heard.push(event);
  });
  const inspector = createWebSocketInspector({ url: address });
  t.after(() => inspector.stop());
  const actor = createActor(lamp, { inspect: inspector.inspect });
  actor.start();
  actor.send({ type: 'press' });
  await until(async () => [...(await askHub(url)).actors.values()].some(({ value }) => value === 'on'), 'on');
  const [shown] = [...(await askHub(url)).actors.values()];
  assert.equal(shown!.machine, 'lamp');
  await until(() => heard.some(({ type }) => type === '@xstate.snapshot'), 'the receiver hears');
  const known = heard.find((event) => event.type === '@xstate.actor')!;
  assert.equal(JSON.parse((known as { definition: string }).definition).id, 'lamp');
});

test('a socket from a page elsewhere is refused', async (t) => {
  const { url } = await startInspector(t);
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(url.replace('http', 'ws'), { origin: 'https://example.com' });
  const [code] = await new Promise<[number | undefined]>((resolve) => {
    socket.on('unexpected-response', (_, response) => resolve([response.statusCode]));
    socket.on('open', () => resolve([undefined]));
    socket.on('error', () => {});
  });
  assert.equal(code, 401);
});
