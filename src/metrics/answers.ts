/** What is answered at which path. */
import { METRICS_FRESH_MS } from '../limits.ts';
import { now } from '../runtime/time.ts';
import type { Answer, Answering } from './door.ts';
import { areWell, type Check, verbose } from './health.ts';
import { CONTENT_TYPE, type Family, textOf } from './text.ts';
import type { Watched } from './watched.ts';

const PLAIN = 'text/plain; charset=utf-8';

const health = (name: string, query: string, checks: readonly Check[]): Answer => {
  const isWell = areWell(checks);
  const isVerbose = new URLSearchParams(query).has('verbose') || !isWell;
  return { status: isWell ? 200 : 503, type: PLAIN, body: isVerbose ? verbose(name, checks) : 'ok\n' };
};

export const answering = (watched: Watched, ofProcess: () => Family[]): Answering => {
  let [metrics, madeAt] = ['', Number.NEGATIVE_INFINITY];
  /** However often it is asked for, it is made every METRICS_FRESH_MS at most. */
  const freshMetrics = (): string => {
    if (now() - madeAt < METRICS_FRESH_MS) return metrics;
    [metrics, madeAt] = [textOf([...watched.families(), ...ofProcess()]), now()];
    return metrics;
  };
  const answer: Answering = (path, query) => {
    switch (path) {
      case '/metrics':
        return { status: 200, type: CONTENT_TYPE, body: freshMetrics() };
      case '/livez':
        return health('livez', query, watched.livez());
      case '/readyz':
        return health('readyz', query, watched.readyz());
      default:
        return {
          status: 404,
          type: PLAIN,
          body: 'here are /metrics, /livez and /readyz, both with ?verbose\n',
        };
    }
  };
  return (path, query) => {
    try {
      return answer(path, query);
    } catch (error) {
      // A defect in here costs an answer, never a draw.
      return { status: 500, type: PLAIN, body: `cannot answer: ${String(error)}\n` };
    }
  };
};
