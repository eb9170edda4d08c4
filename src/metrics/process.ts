/** What is the same of every program: its version, its process, and how long its event loop lets others wait. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { LAG_RESOLUTION_MS, LAG_WINDOW_MS } from '../limits.ts';
import { now } from '../runtime/time.ts';
import { VERSION } from '../version.ts';
import { counter, type Family, gauge } from './text.ts';

const NS = 1e-9;

/**
 * The event loop's worst delays of the last LAG_WINDOW_MS or twice as long, whoever asks and however often: to start
 * anew with each question would hide from one scraper what another has read.
 */
class LoopLag {
  readonly #delays = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  #since = now();
  #before = { max: 0, p99: 0 };

  constructor() {
    this.#delays.enable();
  }

  read(): { max: number; p99: number } {
    const [before, current] = [this.#before, this.#current()];
    if (now() - this.#since >= LAG_WINDOW_MS) {
      this.#delays.reset();
      this.#since = now();
      this.#before = current;
    }
    return { max: Math.max(before.max, current.max), p99: Math.max(before.p99, current.p99) };
  }

  end(): void {
    this.#delays.disable();
  }

  /** Node measures from one of its looks to the next: how much later than meant is ours. */
  #current(): { max: number; p99: number } {
    const late = (ns: number) => Math.max(0, ns * NS - LAG_RESOLUTION_MS / 1_000);
    const { count, max } = this.#delays;
    return count === 0 ? { max: 0, p99: 0 } : { max: late(max), p99: late(this.#delays.percentile(99)) };
  }
}

/** @returns what reads them, and what ends their measuring */
export const processMetrics = (): { read: () => Family[]; end: () => void } => {
  const lag = new LoopLag();
  const read = () => {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    const { max, p99 } = lag.read();
    return [
      gauge('quiniela_build_info', 'The version that runs, and its Node.', [
        { labels: { version: VERSION, node: process.version }, value: 1 },
      ]),
      gauge(
        'process_start_time_seconds',
        'When the process started, in seconds since 1970.',
        performance.timeOrigin / 1_000,
      ),
      counter('process_cpu_seconds_total', 'Processor time, of all threads.', (user + system) * 1e-6),
      gauge('process_resident_memory_bytes', 'Memory that the process has.', rss),
      gauge('nodejs_heap_used_bytes', 'Memory of JavaScript objects.', heapUsed),
      counter(
        'nodejs_eventloop_busy_seconds_total',
        'Time in which the event loop did not wait.',
        performance.eventLoopUtilization().active / 1_000,
      ),
      gauge('nodejs_eventloop_lag_max_seconds', 'The longest that the event loop was late lately.', max),
      gauge('nodejs_eventloop_lag_p99_seconds', 'How late it was at most in 99 of 100 looks.', p99),
    ];
  };
  return { read, end: () => lag.end() };
};
