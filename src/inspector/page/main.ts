/** The inspector's page: takes the hub's events, and shows one moment of the run in four views. */

import { countText } from '../view/naming.ts';
import { ChartView } from './chart-view.ts';
import { byId, setAttribute, setText } from './dom.ts';
import { listenToHub } from './hub-stream.ts';
import { listenToKeys } from './keys.ts';
import { Moments } from './moments.ts';
import { Player } from './player.ts';
import { ProgressView } from './progress-view.ts';
import { SequenceView, secondsText } from './sequence-view.ts';
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
const chart = new ChartView();
const sequence = new SequenceView(moments, (number) => player.goTo(number));

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
  safely(() => chart.show(picture, chosen));
  safely(() => sequence.show(picture, latest, chosen, at, isLive));
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

function showMoment(at: number, isLive: boolean): void {
  const { first, next } = moments;
  const slider = byId<HTMLInputElement>('slider');
  slider.min = String(first);
  slider.max = String(next);
  slider.value = String(at);
  const seconds = secondsText(at > first ? moments.timeOf(at - 1) - moments.timeOf(first) : 0);
  setText(
    byId('moment'),
    next === first
      ? 'no events yet'
      : `${seconds} s · event ${countText(at - first)} of ${countText(next - first)}`,
  );
  setText(byId('play'), isLive || player.isPlaying ? 'Pause' : 'Play');
  setText(byId('live'), isReplay ? 'End' : 'Live');
  setAttribute(byId('live'), 'aria-pressed', String(isLive));
  setAttribute(document.body, 'data-live', String(isLive));
}

byId('play').addEventListener('click', () => player.toggle(speed()));
byId('live').addEventListener('click', () => player.goLive());
byId('step-back').addEventListener('click', () => player.goTo(player.at - 1));
byId('step-on').addEventListener('click', () => player.goTo(player.at + 1));
byId('slider').addEventListener('input', ({ target }) =>
  player.goTo(Number((target as HTMLInputElement).value)),
);
byId('speed').addEventListener('change', () => player.setSpeed(speed()));
const speed = (): number => Number(byId<HTMLSelectElement>('speed').value);

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
listenToKeys({ player, chart, speed, showTab });
const charts = await fetch('/charts.json').then(
  (answer) => answer.json(),
  () => ({}),
);
chart.load(charts);
listenToHub(moments, {
  began: (run) => {
    isReplay = run.isReplay;
  },
  changed: refresh,
});
