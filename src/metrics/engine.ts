/** What there is to know of the engine that keeps a draw which many servers share. */
import { now } from '../runtime/time.ts';
import type { EngineState } from '../store/bet-store.ts';
import type { Check } from './health.ts';
import { type Family, gauge } from './text.ts';

/** Seconds that it has not answered; 0: it does. */
const secondsAway = ({ awaySince }: EngineState): number =>
  awaySince === undefined ? 0 : (now() - awaySince) / 1_000;

const accessFamilies = ({ accessEnds }: EngineState): Family[] =>
  accessEnds === undefined
    ? []
    : [
        gauge(
          'quiniela_engine_access_expiry_timestamp_seconds',
          'When the first of the credentials and certificates that the engine is shown is over, in seconds since 1970.',
          accessEnds.getTime() / 1_000,
        ),
      ];

/** Nothing of a draw in a folder. */
export const engineFamilies = (engine: EngineState | undefined): Family[] =>
  engine === undefined
    ? []
    : [
        gauge(
          'quiniela_engine_up',
          'Whether the engine answers: 1 or 0.',
          Number(engine.awaySince === undefined),
        ),
        gauge(
          'quiniela_engine_away_seconds',
          'For how long the engine has not answered; 0 if it does.',
          secondsAway(engine),
        ),
        gauge(
          'quiniela_engine_proposals_waiting',
          'What was proposed to the engine and has not come back in its log.',
          engine.waiting,
        ),
        ...accessFamilies(engine),
      ];

export const engineChecks = (engine: EngineState | undefined): Check[] => {
  if (engine === undefined) return [];
  const isWell = engine.awaySince === undefined;
  const says = isWell ? 'answers' : `has not answered for ${Math.round(secondsAway(engine))} s`;
  return [{ name: 'engine', isWell, says }];
};
