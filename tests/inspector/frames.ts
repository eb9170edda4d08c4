/** How long a page works for each of its frames, in a real browser. */
import type { Page } from 'playwright-core';
import { quantile } from '../bench/figures.ts';

/** From the first callback of a frame until after the last one. Before the page is opened. */
export const watchFrames = (page: Page): Promise<unknown> =>
  page.addInitScript(`
    globalThis.spent = [];
    const request = globalThis.requestAnimationFrame.bind(globalThis);
    globalThis.requestAnimationFrame = (callback) => request((time) => {
      const start = performance.now();
      callback(time);
      document.body?.offsetHeight; // with the layout that it causes
      globalThis.spent.push(performance.now() - start);
    });
  `);

/** What the frames since the last time took, in words. */
export async function framesText(page: Page): Promise<string> {
  const spent = (await page.evaluate('globalThis.spent.splice(0)')) as number[];
  const at = (share: number) => (spent.length === 0 ? 0 : quantile(spent, share)).toFixed(1);
  return `median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(1)} ms of ${spent.length} frames`;
}
