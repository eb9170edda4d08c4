/**
 * What happens is counted where it passes by, by plain numbers: on the way to the log, whether its line is written or left
 * out, and around the store. Without METRICS_PORT nobody stands there.
 */
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import type { StoreOutcome } from '../../machines/vocabulary/store.ts';
import type { SessionFault } from '../../machines/vocabulary/wire.ts';
import { COMMIT_BUCKETS_SECONDS } from '../limits.ts';
import type { Log, SharedLog } from '../log/log.ts';
import { now } from '../runtime/time.ts';
import type { DrawStore, EngineState } from '../store/bet-store.ts';
import { Buckets } from './buckets.ts';

const counting = (log: Log, count: (entry: LogEntry) => void): Log => ({
  log(...entries) {
    for (const entry of entries) count(entry);
    log.log(...entries);
  },
});

export class ServerMeter {
  bets = 0;
  batches = 0;
  rejectedBatches = 0;
  /** Sessions that were taken over by another connection of their agency: no refusal. */
  superseded = 0;
  /** Of a draw that many servers share, once it is open. */
  engine: (() => EngineState) | undefined;
  readonly commitSeconds = new Buckets(COMMIT_BUCKETS_SECONDS);
  /** The compiler asks for all codes: each is there from the beginning, so that a rate has something to begin with. */
  readonly refusals: Record<Exclude<SessionFault, 'SUPERSEDED'>, number> = {
    MALFORMED: 0,
    LINE_TOO_LONG: 0,
    OUT_OF_ORDER: 0,
    AGENCY: 0,
    IDENTITY: 0,
    DIALECT: 0,
    DRAW: 0,
    GAP: 0,
    COUNT: 0,
    CRC: 0,
    FINISHED: 0,
    BET_ID: 0,
    LIMIT: 0,
    TIMEOUT: 0,
    TOO_SLOW: 0,
    BUSY: 0,
    INTERNAL: 0,
    SHUTTING_DOWN: 0,
  };

  log(log: Log): Log {
    return counting(log, (entry) => this.#count(entry));
  }

  #count({ action, result, fault }: LogEntry): void {
    if (action === 'apuesta_recibida') {
      if (result === 'success') this.batches += 1;
      else this.rejectedBatches += 1;
    } else if (fault === 'SUPERSEDED') this.superseded += 1;
    else if (fault !== undefined) this.refusals[fault] += 1;
  }

  store(store: DrawStore): DrawStore {
    this.engine = store.engine?.bind(store);
    return {
      commit: async (requests) => {
        const from = now();
        const outcomes = await store.commit(requests);
        this.commitSeconds.observe((now() - from) / 1_000);
        for (const outcome of outcomes) this.bets += freshBets(outcome);
        return outcomes;
      },
      findWinners: () => store.findWinners(),
      recall: (request) => store.recall(request),
      close: () => store.close(),
    };
  }
}

const freshBets = (outcome: StoreOutcome): number => {
  if (outcome.kind === 'stored') return outcome.fresh;
  return outcome.kind === 'betStored' && outcome.fresh ? 1 : 0;
};

/** Of one agency, or of a fleet's. */
export class AgencyMeter {
  bets = 0;
  /** Attempts to connect that failed, and connections that were lost. */
  failedCalls = 0;
  lostConnections = 0;
  /** Agencies that have their winners. */
  served = 0;

  log(log: SharedLog): SharedLog {
    const count = (entry: LogEntry) => this.#count(entry);
    return { ...counting(log, count), of: (agency) => counting(log.of(agency), count) };
  }

  #count({ action, result, details }: LogEntry): void {
    if (result === 'success') {
      if (action === 'apuesta_enviada') this.bets += Number(details?.cantidad ?? 1);
      else if (action === 'consulta_ganadores') this.served += 1;
    } else if (action === 'connect') this.failedCalls += 1;
    else if (action === 'connection') this.lostConnections += 1;
  }
}
