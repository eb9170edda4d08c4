/** What a server's store among many is given: whose draw it is, and what is around it. */
import type { LogEntry as LogLine } from '../../machines/vocabulary/log.ts';
import type { BetRules } from '../lottery/rules.ts';
import type { FindLog } from './earlier-draws.ts';
import type { OrderedLog } from './ordered-log.ts';
import type { Clock } from './patience.ts';

export type LogStoreOptions = {
  log: OrderedLog;
  /** Finds the logs of other draws. */
  find: FindLog;
  /** The draw's name. */
  draw: string;
  agencies: number;
  /** The first one's number. */
  agenciesFrom: number;
  rules: BetRules;
  /** A DONE must be signed. */
  asksForProof?: boolean | undefined;
  /** An id that nothing else has: for sessions and entries. */
  newId: () => string;
  notice: (entry: LogLine) => void;
  clock: Clock;
};
