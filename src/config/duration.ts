/** Durations as Go writes them: `100ms`, `5s`, `1m30s`, `1.5s`, `1h`, `0`. */

/** Milliseconds, and the text that they came from: it is printed back as it was given. */
export type Duration = Readonly<{ ms: number; text: string }>;

const MS_PER_UNIT = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
type Unit = keyof typeof MS_PER_UNIT;

const WHOLE = /^(?:\d+(?:\.\d*)?(?:ms|s|m|h))+$/;
const PART = /(\d+(?:\.\d*)?)(ms|s|m|h)/g;

/** The longest duration: beyond 2^31 - 1 ms Node's timers fire at once. */
export const LONGEST_MS = 24 * 24 * MS_PER_UNIT.h;

/**
 * Milliseconds of a duration, or undefined if the text is none. Whole milliseconds, as the timers have
 * them; what is more than nothing does not become 0.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!WHOLE.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(PART)) ms += Number(amount) * MS_PER_UNIT[unit as Unit];
  return ms > 0 ? Math.max(1, Math.round(ms)) : 0;
}

/** The shortest text of whole milliseconds: `90000` is `1m30s`, `1500` is `1s500ms`, `0` is `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let text = '';
  let rest = ms;
  for (const unit of ['h', 'm', 's', 'ms'] as const) {
    const amount = Math.floor(rest / MS_PER_UNIT[unit]);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * MS_PER_UNIT[unit];
  }
  return text;
}
