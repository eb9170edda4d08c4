/** What a page may want of the demo's processes, taken in field by field. */
import type { Who } from '../../../machines/vocabulary/demo.ts';
import type { ActorOrder, LabSignal, ProcessOrder } from '../../../machines/vocabulary/lab.ts';
import { ID_CHARS, WORD_CHARS } from '../limits.ts';
import { type Fields, fieldsOf, isFields } from '../view/fields.ts';

export type LabWish = ProcessOrder | { do: 'restart'; who: Who };

const SIGNALS: readonly LabSignal[] = ['SIGTERM', 'SIGHUP', 'SIGSTOP', 'SIGCONT', 'SIGKILL'];
const ACTS: readonly Exclude<ActorOrder['do'], 'send'>[] = ['pause', 'resume', 'cut'];

/** For whoever asks for something else. */
export const LAB_DOES = `do must be restart, signal (${SIGNALS.join(', ')}), ${ACTS.join(', ')} or send, with who, an actor and an event as JSON with a type`;

/** @returns undefined if it is none */
export function wishIn(text: string): LabWish | undefined {
  const told = parsed(text);
  const who = told.who;
  if (!isWho(who)) return undefined;
  if (told.do === 'restart') return { do: told.do, who };
  if (told.do === 'signal') {
    const signal = SIGNALS.find((name) => name === told.signal);
    return signal && { do: told.do, who, signal };
  }
  const { actor, event } = told;
  if (typeof actor !== 'string' || actor.length > ID_CHARS) return undefined;
  if (told.do === 'send') return isEvent(event) ? { do: told.do, who, actor, event } : undefined;
  const act = ACTS.find((name) => name === told.do);
  return act && { do: act, who, actor };
}

function parsed(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return fieldsOf(value);
  } catch {
    return {};
  }
}

const isWho = (value: unknown): value is Who =>
  typeof value === 'string' && /^(server(-\d{1,4})?|fleet|agency-\d{1,6})$/.test(value);

/** XState's own first and last event are for XState to send. */
const isEvent = (value: unknown): value is { type: string } =>
  isFields(value) &&
  typeof value.type === 'string' &&
  value.type !== '' &&
  value.type.length <= WORD_CHARS &&
  !['xstate.init', 'xstate.stop'].includes(value.type);
