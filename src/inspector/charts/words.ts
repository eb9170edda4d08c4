/** What makes a transition happen, in words. */
import type { Trigger } from './description.ts';

/**
 * What an event by its name is: XState's own are names with a prefix, followed by the id of an actor or a state.
 *
 * @param nameOf an actor's name by its id
 */
export function triggerOf(event: string, nameOf: (id: string) => string): Trigger {
  const [, subject, id] = /^xstate\.(done\.state|done\.actor|error\.actor|snapshot)\.(.+)$/.exec(event) ?? [];
  if (!subject || !id) return { kind: 'event', event };
  if (subject === 'done.state') return { kind: 'done', of: id.slice(id.lastIndexOf('.') + 1) };
  const of = nameOf(id);
  if (subject === 'done.actor') return { kind: 'done', of };
  return { kind: subject === 'error.actor' ? 'failed' : 'changed', of };
}

/** `200 ms`, `2 s`, `1 min 30 s`; the name of a delay as it is. */
function delayName(delay: number | string): string {
  if (typeof delay === 'string') return delay;
  const minutes = Math.floor(delay / 60_000);
  const rest = delay % 60_000;
  const parts = minutes > 0 ? [`${minutes} min`] : [];
  if (rest >= 1_000) parts.push(`${rest / 1_000} s`);
  else if (rest > 0 || minutes === 0) parts.push(`${rest} ms`);
  return parts.join(' ');
}

/** What an arrow says: `client.batch`, `after 2 s`, `commitGroup done`, `any actor failed`; '' for always. */
export function triggerName(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'event':
      return trigger.event;
    case 'after':
      return `after ${delayName(trigger.delay)}`;
    case 'always':
      return '';
    default:
      return `${trigger.of === '*' ? 'any actor' : trigger.of} ${trigger.kind}`;
  }
}
