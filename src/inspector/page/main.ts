/** The inspector's page: takes the hub's events, and shows one moment of the run in four views. */

import { countText } from '../view/naming.ts';
import { ChartLibrary } from './chart/library.ts';
import { ChartView } from './chart-view.ts';
import { byId, setAttribute, setText } from './dom.ts';
import { EventView } from './events/event-view.ts';
import { SequenceView } from './events/sequence-view.ts';
import { listenToHub } from './hub-stream.ts';
import { listenToKeys } from './keys.ts';
import { Moments } from './moments.ts';
import { Player } from './player.ts';
import { ProgressView } from './progress-view.ts';
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
const tree = new TreeView(choose, refresh);
const progress = new ProgressView(choose);
const charts = new ChartLibrary();
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
  // Somebody has to be chosen first: the server is what all wait for.
  if (chosen === undefined || !latest.actors.has(chosen)) {
    const roots = [...latest.actors.values()].filter(({ parentId }) => parentId === undefined);
    chosen = (roots.findLast(({ machine }) => machine === 'server') ?? roots[0])?.id;
  }
  // Whatever one part of the page cannot show, the others do.
  safely(() => tree.show(picture, chosen));
  safely(() => progress.show(picture, latest));
  safely(() => chart.show({ picture, chosen, at, isLive }));
  safely(() => sequence.show({ picture, chosen, at, isLive }));
  safely(() => showEvent(isLive));
  safely(() => showMoment(at, isLive));
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
charts.add(
  await fetch('/charts.json').then(
    (answer) => answer.json(),
    () => ({}),
  ),
);
listenToHub(moments, {
  began: (run) => {
    isReplay = run.isReplay;
  },
  changed: refresh,
});
