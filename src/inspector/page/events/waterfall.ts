/** Bars that show when something was, under one another. */
import { element } from '../dom.ts';

/** Empty where one of its ends is not known. */
export function barBetween(
  whole: { readonly begin: number; readonly ms: number },
  start: number | undefined,
  end: number | undefined,
): HTMLElement {
  const bar = element('span', { class: 'span' });
  if (start === undefined || end === undefined || whole.ms === 0) return bar;
  bar.style.setProperty('--from', ((start - whole.begin) / whole.ms).toFixed(4));
  bar.style.setProperty('--share', (Math.max(0, end - start) / whole.ms).toFixed(4));
  return bar;
}
