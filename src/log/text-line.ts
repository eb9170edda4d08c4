/** The log as text: what an entry says, and the line that it is once pino has given it its level and time. */
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { escapeValue } from '../printable.ts';

/** Python's names, padded as its `%(levelname)-8s`, by pino's numbers. */
const LABELS: Readonly<Record<number, string>> = {
  20: 'DEBUG   ',
  30: 'INFO    ',
  40: 'WARNING ',
  50: 'ERROR   ',
  60: 'CRITICAL',
};

const two = (part: number): string => String(part).padStart(2, '0');

let second = Number.NaN;
let text = '';

/** Local time as Python's logging has it; written anew once a second. */
function timeText(ms: number): string {
  const now = Math.floor(ms / 1000);
  if (now !== second) {
    second = now;
    const date = new Date(ms);
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    text = `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  }
  return text;
}

/** @param whose fields that stand before the entry's own */
export function textOf({ action, result, details }: LogEntry, whose: LogEntry['details']): string {
  let text = `action: ${action} | result: ${result}`;
  for (const fields of [whose, details])
    for (const key in fields) {
      const value = fields[key];
      text += ` | ${key}: ${typeof value === 'string' ? escapeValue(value) : value}`;
    }
  return text;
}

/** Pino's JSON of a text, as a line. */
export function toTextLine(json: string): string {
  const { level, time, msg } = JSON.parse(json);
  return `${timeText(time)} ${LABELS[level]} ${msg}\n`;
}
