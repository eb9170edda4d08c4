/** The lottery: bars of its agencies, its barrier, lanes by who an actor is to the draw. */
import { barrierText, type Progress, progressOf } from '../../view/progress.ts';
import type { PlugIn } from '../plug-in.ts';
import { lanesByRole } from './lanes.ts';
import { ProgressView } from './progress-view.ts';

export function lottery(choose: (id: string) => void): PlugIn {
  const progress = new ProgressView(choose);
  return {
    isFor: ({ actors, agencies }) =>
      agencies.size > 0 || [...actors.values()].some((actor) => isServer(actor)),
    show: (picture, latest) => progress.show(picture, latest),
    hide: () => progress.hide(),
    headline: (picture) => {
      const now = progressOf(picture);
      return `${pipsOf(now)}${barrierText(now)}`;
    },
    // The server is what all wait for.
    leader: ({ actors }) => [...actors.values()].findLast(isServer),
    rankOf: ({ machine, isForeign, context }) => [
      isForeign ? 3 : machine === 'server' ? 0 : machine === 'agency' ? 1 : 2,
      !isForeign && typeof context.id === 'number' ? context.id : 0,
    ],
    lanesOf: lanesByRole,
  };
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
