/** The inspector's page: takes the hub's events, and shows one moment of the run in four views. */

import { processOf } from '../view/events.ts';
import { lanesByActor } from '../view/lanes.ts';
import { countText } from '../view/naming.ts';
import type { ActorPicture, Picture } from '../view/picture.ts';
import { ChartLibrary } from './chart/library.ts';
import { ChartSource } from './chart/source.ts';
import { ChartView } from './chart-view.ts';
import { byId, setAttribute, setText } from './dom.ts';
import { EventView } from './events/event-view.ts';
import { SequenceView } from './events/sequence-view.ts';
import { listenToHub } from './hub-stream.ts';
import { listenToKeys } from './keys.ts';
import { Moments } from './moments.ts';
import { Player } from './player.ts';
import { lottery } from './quiniela/plug-in.ts';
import { applyTheme } from './theme.ts';
import { TreeView } from './tree-view.ts';

const moments = new Moments();
let chosen: string | undefined;
let isReplay = false;
let isScheduled = false;

/** All that happens before the next frame is shown at once. */
const refresh = (): void => {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(frame);
};
const choose = (id: string): void => {
  chosen = id;
  refresh();
};

const player = new Player(moments, refresh);
/** What is shown of some kinds of systems only. */
const plugIn = lottery(choose);
const tree = new TreeView(choose, refresh, plugIn.rankOf);
const source = new ChartSource(refresh);
const charts = new ChartLibrary(source, () => moments.before(moments.next).definitions);
const sequence = new SequenceView({
  moments,
  goTo: (number) => player.goTo(number),
  at: () => player.at,
  open: () => event.open(),
  changed: refresh,
});
const event = new EventView({
  moments,
  charts,
  choose,
  nameOf: (id) => sequence.nameOf(id),
  closed: () => byId('sequence').focus(),
});
const chart = new ChartView({
  charts,
  moments,
  filter: (transitions) => {
    sequence.setFilter(transitions.map((id) => `took:"${id}"`).join(' OR '));
    showTab('events');
  },
  changed: refresh,
});
/** So many of the events that are shown on, or back. */
const step = (rows: number): void => {
  const moment = sequence.momentAfter(rows, player.at);
  if (moment !== undefined) player.goTo(moment);
};

function frame(): void {
  isScheduled = false;
  if (player.advance(performance.now())) refresh();
  const { at, isLive } = player;
  const latest = moments.before(moments.next);
  const picture = moments.before(at);
  const isPlugged = plugIn.isFor(latest);
  // Somebody has to be chosen first.
  if (chosen === undefined || !latest.actors.has(chosen))
    chosen = (plugIn.leader(latest) ?? leaderOf(latest))?.id;
  // Whatever one part of the page cannot show, the others do.
  safely(() => tree.show(picture, chosen));
  safely(() => (isPlugged ? plugIn.show(picture, latest) : plugIn.hide()));
  safely(() => setText(byId('barrier'), isPlugged ? plugIn.headline(picture) : headlineOf(picture)));
  safely(() => sequence.setLanes(isPlugged ? plugIn.lanesOf(moments.cast) : lanesByActor(moments.cast)));
  safely(() => chart.show({ picture, chosen, at, isLive }));
  safely(() => sequence.show({ picture, chosen, at, isLive }));
  safely(() => showEvent(isLive));
  safely(() => showMoment(at, isLive));
}

/** Of any system: the first root that is a machine. */
function leaderOf({ actors }: Picture): ActorPicture | undefined {
  const roots = [...actors.values()].filter(({ parentId }) => parentId === undefined);
  return roots.find(({ machine }) => machine !== undefined) ?? roots[0];
}

function headlineOf({ actors }: Picture): string {
  if (actors.size === 0) return 'Waiting for the first process';
  const programs = new Set([...actors.keys()].map(processOf)).size;
  const count = (number: number, what: string) => `${countText(number)} ${what}${number === 1 ? '' : 's'}`;
  return `${count(programs, 'program')}, ${count(actors.size, 'actor')}`;
}

/** Of our own machines; without them they are drawn as any others. */
function builtCharts(): Promise<Readonly<Record<string, string>>> {
  return fetch('/charts.json').then(
    (answer) => answer.json(),
    () => ({}),
  );
}

function safely(show: () => void): void {
  try {
    show();
  } catch (error) {
    console.error(error);
    setText(byId('notice'), `A part of the page cannot be shown: ${error}`);
  }
}

/** It stays while others come, and follows who steps. */
function showEvent(isLive: boolean): void {
  const { row, seconds } = sequence.current;
  if (!isLive) event.show(row, seconds);
}

function showMoment(at: number, isLive: boolean): void {
  const { first, next } = moments;
  const slider = byId<HTMLInputElement>('slider');
  slider.min = String(first);
  slider.max = String(next);
  slider.value = String(at);
  const { seconds, index, count } = sequence.current;
  const text =
    next === first ? 'no events yet' : `${seconds} s · event ${countText(index)} of ${countText(count)}`;
  setText(byId('moment'), text);
  setAttribute(slider, 'aria-valuetext', text);
  setText(byId('play'), isLive || player.isPlaying ? 'Pause' : 'Play');
  setText(byId('live'), isReplay ? 'End' : 'Live');
  setAttribute(byId('live'), 'aria-pressed', String(isLive));
  setAttribute(document.body, 'data-live', String(isLive));
}

byId('play').addEventListener('click', () => player.toggle());
byId('live').addEventListener('click', () => player.goLive());
byId('step-back').addEventListener('click', () => step(-1));
byId('step-on').addEventListener('click', () => step(1));
byId('slider').addEventListener('input', ({ target }) =>
  player.goTo(Number((target as HTMLInputElement).value)),
);
const setPace = (): void =>
  player.setPace({
    speed: Number(byId<HTMLSelectElement>('speed').value),
    skipsIdle: byId<HTMLInputElement>('skips-idle').checked,
  });
for (const id of ['speed', 'skips-idle']) byId(id).addEventListener('change', setPace);
setPace();

for (const tab of document.querySelectorAll<HTMLElement>('[data-show]'))
  tab.addEventListener('click', () => showTab(tab.dataset.show!));
function showTab(name: string): void {
  document.body.dataset.tab = name;
  for (const tab of document.querySelectorAll<HTMLElement>('[data-show]'))
    setAttribute(tab, 'aria-current', tab.dataset.show === name ? 'true' : undefined);
  refresh();
}

applyTheme();
// On a phone the chart needs the height.
byId<HTMLDetailsElement>('details').open = innerHeight > 700 && innerWidth > 800;
showTab('chart');
setText(byId('origin'), location.origin);
listenToKeys({ player, chart, step, showTab });
source.load(await builtCharts());
listenToHub(moments, {
  began: (run) => {
    isReplay = run.isReplay;
  },
  changed: refresh,
});
