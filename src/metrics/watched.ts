import type { Check } from './health.ts';
import type { Family } from './text.ts';

/** What can be asked of a running program; each answer is read from its actors when it is asked for. */
export type Watched = {
  families(): Family[];
  /** Should it be started again? A program that recovers should not. */
  livez(): Check[];
  /** Should anybody be sent to it? */
  readyz(): Check[];
};
