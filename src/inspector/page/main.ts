/** The inspector's page: takes the hub's events, and shows one moment of the run in four views. */

import { causesOf } from '../view/causes-of.ts';
import { tookTerm } from '../view/filter.ts';
import { type Lanes, lanesByActor } from '../view/lanes.ts';
import { Moments } from '../view/moments.ts';
import { labelOf, stateText } from '../view/naming.ts';
import type { Picture } from '../view/picture.ts';
import { headlineOf, leaderOf } from './any-system.ts';
import { ChartLibrary } from './chart/library.ts';
import { ChartSource } from './chart/source.ts';
import { ChartView } from './chart-view.ts';
import { Choice } from './choice.ts';
import { ConnectionLine } from './connection-line.ts';
import { byId, setAttribute, setText } from './dom.ts';
import { CausesView } from './events/causes-view.ts';
import { EventView } from './events/event-view.ts';
import { SequenceView } from './events/sequence-view.ts';
import { listenToHub } from './hub-stream.ts';
import { listenToKeys } from './keys.ts';
import type { Lab } from './lab/lab.ts';
import { MomentBar } from './moment-bar.ts';
import { Parts } from './parts.ts';
import { Player } from './player.ts';
import { lottery } from './quiniela/plug-in.ts';
import { type Linked, toOtherRun } from './share/link.ts';
import { LinkKeeper } from './share/link-keeper.ts';
import { OpenedRuns } from './share/opened-runs.ts';
import { showRun } from './share/run-file.ts';
import { listenToShares } from './share/share-menu.ts';
import { applyTheme } from './theme.ts';
import { TreeView } from './tree-view.ts';

const moments = new Moments();
const choice = new Choice(moments, (picture) => plugIn.leader(picture) ?? leaderOf(picture));
let isReplay = false;
/** The run's name, if it is told. */
let run: string | undefined;
let isScheduled = false;
let frameless: ReturnType<typeof setTimeout> | undefined;
/** By which a person acts on the run; of a demo that allows it only. */
let lab: Lab | undefined;

/** Milliseconds after which a page without frames, as a tab in the background is, is shown all the same: its title is read. */
const FRAMELESS_MS = 1_000;

/** All that happens before the next frame is shown at once. */
const refresh = (): void => {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(frame);
  frameless = setTimeout(frame, FRAMELESS_MS);
};
const choose = (id: string): void => {
  choice.ask(id);
  refresh();
};

const connection = new ConnectionLine(refresh);
const player = new Player(moments, refresh);
/** What is shown of some kinds of systems only. */
const plugIn = lottery(choose, moments);
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
const causes = new CausesView({
  moments,
  rows: () => sequence.all,
  causes: (rows) =>
    causesOf(rows, moments, plugIn.isFor(moments.before(moments.next)) ? plugIn.wire() : undefined),
  nameOf: (id) => sequence.nameOf(id),
  changed: refresh,
  goTo: (number) => {
    // What is gone to must be seen.
    if (sequence.filtered?.every((row) => row.number !== number)) sequence.setFilter('');
    player.goTo(number + 1);
  },
});
const chart = new ChartView({
  charts,
  moments,
  filter: (transitions) => {
    sequence.setFilter(transitions.map(tookTerm).join(' OR '));
    showTab('events');
  },
  changed: refresh,
});
const bar = new MomentBar(
  moments,
  player,
  (rows) => step(rows),
  () => goLive(),
);
/** No link leads to a moment of a hub that is there no longer. */
const isEarlier = (): boolean => !player.isLive && player.at < moments.begun;
/** What there is in this run only, and which run that is. */
const pointed = (): Pick<Linked, 'run' | 'actor' | 'at'> => {
  const actor = choice.asked;
  const at = player.isLive || isEarlier() ? undefined : player.at - moments.shift;
  return { run: actor === undefined && at === undefined ? undefined : run, actor, at };
};
const link = new LinkKeeper({
  state: () => ({
    ...pointed(),
    filter: sequence.filter,
    isOnly: sequence.isOnly,
    tab: document.body.dataset.tab,
  }),
  open: ({ run: linked, actor, at, filter, isOnly, tab }) => {
    const isOther = linked !== undefined && run !== undefined && linked !== run;
    setText(byId('notice'), isOther ? toOtherRun(linked) : '');
    if (filter !== '' || isOnly) sequence.setFilter(filter, isOnly);
    if (tab !== undefined && TABS.includes(tab)) showTab(tab);
    if (isOther) return;
    if (actor !== undefined) choose(actor);
    if (at !== undefined) player.await(at + moments.shift);
  },
});
/** So many of the events that are shown on, or back. */
const step = (rows: number): void => {
  const moment = sequence.momentAfter(rows, player.at);
  if (moment !== undefined) player.goTo(moment);
};
/** Also for who is there already, and has scrolled away from the newest. */
const goLive = (): void => {
  sequence.follow();
  player.goLive();
};

function frame(): void {
  if (!isScheduled) return;
  isScheduled = false;
  clearTimeout(frameless);
  if (player.advance(performance.now())) refresh();
  if (player.isForgotten) {
    setText(byId('notice'), FORGOTTEN);
    player.goTo(player.at);
  }
  const { at, isLive } = player;
  const latest = moments.before(moments.next);
  const picture = moments.before(at);
  const isPlugged = plugIn.isFor(latest);
  choice.update(latest, picture, isLive);
  const chosen = choice.id;
  byId('no-actors').hidden = moments.next > moments.first || latest.actors.size > 0;
  // Whatever one part of the page cannot show, the others do.
  safely(() => tree.show(picture, chosen));
  safely(() => (isPlugged ? plugIn.show(picture, latest, chosen) : plugIn.hide()));
  safely(() => setText(byId('barrier'), isPlugged ? plugIn.headline(picture) : headlineOf(picture)));
  safely(() => sequence.setLanes(lanesNow(isPlugged, latest)));
  safely(() => chart.show({ picture, chosen, at, isLive }));
  safely(() => sequence.show({ picture, chosen, at, isLive }));
  safely(() => showEvent(isLive));
  safely(() => bar.show({ at, isLive, isReplay, current: sequence.current, filtered: sequence.filtered }));
  safely(() => connection.show());
  safely(() => link.show());
  safely(() => lab?.show(latest, chosen));
  const title = titleOf(picture);
  if (document.title !== title) document.title = title;
}

let lanes: { key: string; lanes: Lanes } | undefined;

/** Found anew if somebody else took part: in a long run thousands have. */
function lanesNow(isPlugged: boolean, { actors }: Picture): Lanes {
  const key = `${isPlugged} ${moments.castings}`;
  if (lanes?.key !== key) {
    const isThere = (id: string) => actors.get(id)?.status === 'active';
    lanes = { key, lanes: isPlugged ? plugIn.lanesOf(moments.cast) : lanesByActor(moments.cast, isThere) };
  }
  return lanes.lanes;
}

/** What a browser's tab tells: how far the system is, and where the chosen actor. */
function titleOf({ actors }: Picture): string {
  const actor = choice.id === undefined ? undefined : actors.get(choice.id);
  const state = actor ? [`${labelOf(actor)}: ${stateText(actor.value, 1)}`] : [];
  const headline = (byId('barrier').textContent ?? '').replace(/^[●○\s]+/, '');
  return [headline, ...state, 'Quiniela'].join(' · ');
}

/** Of our own machines; without them they are drawn as any others. */
async function builtCharts(): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch('/charts.json');
  if (!answer.ok) throw new Error(`/charts.json: ${answer.status}`);
  return answer.json();
}

/** Its code is not of this page: without a demo that allows it, it is nowhere. */
async function openLab(): Promise<Lab> {
  const address = '/lab.js';
  const { Lab } = (await import(address)) as typeof import('./lab/lab.ts');
  return new Lab({ choose, nameOf: (id) => sequence.nameOf(id), takenBy: (actor) => charts.takenBy(actor) });
}

function safely(show: () => void): void {
  try {
    show();
  } catch (error) {
    console.error(error);
    setText(byId('notice'), `A part of the page cannot be shown: ${error}`);
  }
}

const FORGOTTEN = 'The moment that was asked for is kept no longer: you see the oldest that is';

/** A run of a file takes the place of what the hub tells. */
const files = new OpenedRuns({
  reading: (text) => connection.read(text),
  show: (read) => {
    leaveHub();
    isReplay = true;
    run = read.run;
    choice.forget();
    event.close();
    player.goTo(0);
    const shown = showRun(moments, read.events, refresh);
    link.follow();
    return shown;
  },
  shown: (name) => connection.tell({ text: `▶ ${name}`, state: 'replay', isLoading: false }),
  notice: (text) => setText(byId('notice'), text),
});

/** It stays while others come, and follows who steps. */
function showEvent(isLive: boolean): void {
  const { row, seconds } = sequence.current;
  if (isLive) return;
  event.show(row, seconds);
  const opened = event.isOpen ? row : undefined;
  plugIn.showEvent(opened);
  causes.show(opened);
}

const TABS = ['actors', 'chart', 'events'];
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
listenToShares({
  moments,
  chart: () => chart.shown,
  isFile: () => files.isShown,
  isEarlier,
  open: (file, name) => files.open(file, name),
});
listenToKeys({ player, chart, step, goLive, showTab });
const leaveHub = listenToHub(moments, {
  began: (told) => {
    isReplay = told.isReplay;
    run = told.name;
    // A recorded run is looked at from its beginning, the link's moment comes later.
    if (isReplay) player.goTo(moments.first);
    link.follow();
  },
  changed: refresh,
  connection: (told) => connection.tell(told),
});
const parts = new Parts();
void source.load(parts.load('the charts of Quiniela’s own machines (/charts.json)', builtCharts));
if (document.body.dataset.lab !== undefined)
  void parts.load('the lab (/lab.js)', openLab).then((opened) => {
    lab = opened;
    refresh();
  });
