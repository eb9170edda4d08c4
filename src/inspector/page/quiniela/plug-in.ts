/** The lottery: bars of its agencies, its barrier, lanes by who an actor is to the draw. */

import type { Moments } from '../../view/moments.ts';
import type { Picture } from '../../view/picture.ts';
import { barrierText, type Progress, progressOf } from '../../view/progress.ts';
import { wireOf } from '../../view/wire.ts';
import type { PlugIn } from '../plug-in.ts';
import { lanesByRole } from './lanes.ts';
import { ProgressView } from './progress-view.ts';
import { TraceView } from './trace-view.ts';

export function lottery(choose: (id: string) => void, moments: Moments): PlugIn {
  const progress = new ProgressView(choose);
  const trace = new TraceView(moments);
  return {
    isFor: ({ actors, agencies }) =>
      agencies.size > 0 || [...actors.values()].some((actor) => isServer(actor)),
    show: (picture, latest, chosen) => {
      progress.show(progressIn(picture), progressIn(latest), chosen);
      trace.prepare();
    },
    hide: () => progress.hide(),
    showEvent: (row) => trace.show(row),
    wire: () => wireOf(moments, trace.all),
    headline: (picture) => {
      const now = progressIn(picture);
      return `${pipsOf(now)}${barrierText(now)}`;
    },
    // The server is what all wait for.
    leader: ({ actors }) => [...actors.values()].findLast(isServer),
    rankOf: ({ machine, isForeign, context }) => [
      isForeign ? 3 : machine === 'server' ? 0 : machine === 'agency' ? 1 : 2,
      !isForeign && typeof context.id === 'number' ? context.id : undefined,
    ],
    lanesOf: lanesByRole,
  };
}

/** By picture: how far the draw was after so many events. */
const known = new WeakMap<Picture, { events: number; progress: Progress }>();

/** Found once for each moment, however many ask. */
function progressIn(picture: Picture): Progress {
  const before = known.get(picture);
  if (before?.events === picture.events) return before.progress;
  const progress = progressOf(picture);
  known.set(picture, { events: picture.events, progress });
  return progress;
}

type Root = { machine: string | undefined; isForeign: boolean; parentId: string | undefined };

const isServer = ({ machine, isForeign, parentId }: Root): boolean =>
  machine === 'server' && !isForeign && parentId === undefined;

/** Agencies of which each has a sign of its own. */
const MOST_PIPS = 12;

function pipsOf({ barrier }: Progress): string {
  if (!barrier || barrier.isDrawn || barrier.wanted > MOST_PIPS) return '';
  return `${'●'.repeat(barrier.finished)}${'○'.repeat(barrier.wanted - barrier.finished)}  `;
}
