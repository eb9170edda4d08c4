/** The ends of a fleet's agencies, as its crowd tells of them. */
import type { EventFrom } from 'xstate';
import type { fleetMachine } from '../../machines/agency/fleet.ts';
import type { AgencyInput } from '../../machines/agency/upload.ts';
import { LOTTERY } from './agency-fixtures.ts';
import { peer } from './stage.ts';

export type FleetEvent = EventFrom<typeof fleetMachine>;

const agency = (id: number): AgencyInput => ({ ...LOTTERY, id });
export const agencies = (...ids: number[]): AgencyInput[] => ids.map(agency);

export const ended = (id: number, exitCode = 0): FleetEvent => ({
  type: 'member.ended',
  input: agency(id),
  from: peer(`agency-${id}`),
  output: { exitCode },
  left: 0,
});

export const broken = (id: number): FleetEvent => ({
  type: 'member.broken',
  input: agency(id),
  from: peer(`agency-${id}`),
  error: new Error('a bug'),
  left: 0,
});

export const signal = (name: 'SIGTERM' | 'SIGINT' = 'SIGTERM') =>
  ({ type: 'signal.received', signal: name }) as const;
