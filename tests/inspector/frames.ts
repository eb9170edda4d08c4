/** What a page's frames cost, in a real browser: in processor time of its main thread, whatever else the machine does. */
import type { Browser, Page } from 'playwright-core';
import { quantile } from '../bench/figures.ts';

type TraceEvent = {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur: number;
  tdur?: number;
};

const CALLBACKS = 'FireAnimationFrame';
/** What follows the callbacks, until the frame is handed on. */
const AFTERWARDS = new Set(['UpdateLayoutTree', 'Layout', 'PrePaint', 'Paint', 'Layerize', 'Commit']);
/** Milliseconds of a frame in which something is shown; others are the test's own. */
const SHOWN = 1;

/** The frames of a page while something is done with it, in words. */
export async function framesText(browser: Browser, page: Page, act: () => Promise<unknown>): Promise<string> {
  await browser.startTracing(page, { categories: ['-*', 'devtools.timeline'] });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const spent = framesIn(traceEvents).filter((ms) => ms > SHOWN);
  const at = (share: number) => (spent.length === 0 ? 0 : quantile(spent, share)).toFixed(1);
  return `median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(1)} ms of ${spent.length} frames`;
}

/** Milliseconds of each: its callbacks with what they make the browser do at once, then style, layout and paint. */
function framesIn(events: readonly TraceEvent[]): number[] {
  const first = events.find(({ name, ph }) => name === CALLBACKS && ph === 'X');
  const ofPage = events
    .filter(({ ph, pid, tid }) => ph === 'X' && pid === first?.pid && tid === first.tid)
    .sort((one, other) => one.ts - other.ts);
  const frames: number[] = [];
  let end = 0;
  for (const { name, ts, dur, tdur = dur } of ofPage) {
    if (ts < end) continue;
    if (name === CALLBACKS) frames.push(tdur / 1000);
    else if (AFTERWARDS.has(name) && frames.length > 0) frames.push((frames.pop() ?? 0) + tdur / 1000);
    else continue;
    end = ts + dur;
  }
  return frames;
}
