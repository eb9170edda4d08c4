/** The ends of a fleet's actors, as XState tells of them. */
import type { AgencyInput } from '../../machines/agency/upload.ts';
import { LOTTERY } from './agency-fixtures.ts';

export const agencies = (...ids: number[]): AgencyInput[] => ids.map((id) => ({ ...LOTTERY, id }));

export const ended = (actorId: string, exitCode = 0) =>
  ({ type: `xstate.done.actor.${actorId}`, actorId, output: { exitCode } }) as const;

export const broken = (actorId: string) =>
  ({ type: `xstate.error.actor.${actorId}`, actorId, error: new Error('a bug') }) as const;

export const signal = (name: 'SIGTERM' | 'SIGINT' = 'SIGTERM') =>
  ({ type: 'signal.received', signal: name }) as const;
