/** The lanes of a draw: who an actor is to it. */
import type { Lanes } from '../../view/lanes.ts';
import type { CastMember } from '../../view/moments.ts';

const ROLES = ['agency', 'socket', 'session', 'server', 'store', 'disk'] as const;
const ALL = [...ROLES, 'others'] as const;

type Lane = (typeof ALL)[number];

const BY_MACHINE: ReadonlyMap<string, Lane> = new Map(
  Object.entries({
    agency: 'agency',
    echoClient: 'agency',
    fleet: 'agency',
    connection: 'session',
    server: 'server',
    betStore: 'store',
  }),
);

export function lanesByRole(cast: ReadonlyMap<string, CastMember>): Lanes {
  const laneOf = (id: string): Lane => {
    const actor = cast.get(id);
    if (!actor) return 'socket';
    if (actor.isForeign) return 'others';
    if (actor.machine !== undefined) return BY_MACHINE.get(actor.machine) ?? 'others';
    const parent = actor.parentId === undefined ? undefined : cast.get(actor.parentId);
    if (parent?.machine === 'betStore') return 'disk';
    if (parent?.machine === 'fleet' || parent?.machine === 'demo') return laneOf(parent.id);
    return actor.name === 'connections' ? 'server' : 'socket';
  };
  const hasOthers = [...cast.values()].some(({ id }) => laneOf(id) === 'others');
  return { names: hasOthers ? ALL : ROLES, of: (id) => ALL.indexOf(laneOf(id)) };
}
