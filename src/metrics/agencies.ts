/** What there is to know of an agency's process, or a fleet's. */
import type { ActorRefFrom, AnyMachineSnapshot, SnapshotFrom } from 'xstate';
import type { fleetMachine } from '../../machines/agency/fleet.ts';
import { expiryOf } from './expiry.ts';
import type { Check } from './health.ts';
import type { AgencyMeter } from './meters.ts';
import { machineStates } from './state-set.ts';
import { counter, type Family, gauge, samplesBy } from './text.ts';
import type { Watched } from './watched.ts';

export type AgencyRoot = { getSnapshot(): AnyMachineSnapshot };
/** When the first of the certificates is over; undefined: there are none. */
type ExpiresAt = (() => Date) | undefined;
export type FleetRoot = ActorRefFrom<typeof fleetMachine>;

const families = (root: AnyMachineSnapshot, meter: AgencyMeter, expiresAt: ExpiresAt): Family[] => [
  machineStates({ [root.machine.id]: root }),
  counter('quiniela_bets_sent_total', 'Bets that the server has said to be stored.', meter.bets),
  counter('quiniela_agencies_served_total', 'Agencies that have heard their winners.', meter.served),
  counter('quiniela_connect_failures_total', 'Attempts to connect that failed.', meter.failedCalls),
  counter('quiniela_connections_lost_total', 'Connections that broke.', meter.lostConnections),
  ...expiryOf(expiresAt?.()),
];

const ofFleet = ({ context: { agencies, started, ended } }: SnapshotFrom<typeof fleetMachine>): Family =>
  gauge(
    'quiniela_fleet_agencies',
    'Agencies of the fleet: not started yet, at work, ended.',
    samplesBy('state', { waiting: agencies.length - started, working: started - ended, ended }),
  );

const alive = ({ status }: AnyMachineSnapshot): Check[] => [
  { name: 'event-loop', isWell: true, says: 'it has answered' },
  { name: 'machine', isWell: status !== 'error', says: status === 'error' ? 'a defect ended it' : status },
];

const ready = (root: AnyMachineSnapshot): Check[] => {
  // Only a fleet stops by and by.
  const isAtWork = root.status === 'active' && !root.matches('stopping');
  return [{ name: 'stays', isWell: isAtWork, says: isAtWork ? 'at work' : 'it is closing' }];
};

export const watchAgency = (root: AgencyRoot, meter: AgencyMeter, expiresAt: ExpiresAt): Watched => ({
  families: () => families(root.getSnapshot(), meter, expiresAt),
  livez: () => alive(root.getSnapshot()),
  readyz: () => ready(root.getSnapshot()),
});

export const watchFleet = (root: FleetRoot, meter: AgencyMeter, expiresAt: ExpiresAt): Watched => ({
  ...watchAgency(root, meter, expiresAt),
  families: () => [...families(root.getSnapshot(), meter, expiresAt), ofFleet(root.getSnapshot())],
});
