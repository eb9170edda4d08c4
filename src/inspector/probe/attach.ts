/** What an inspected process runs; without INSPECT_URL and INSPECT_FILE it is never loaded. */
import { nanoid } from 'nanoid/non-secure';
import { createObserver, type InspectionObserver } from './observer.ts';
import { Outbox } from './outbox.ts';
import { Recorder } from './recorder.ts';
import type { Sink } from './sink.ts';

export type InspectorEnvironment = {
  /** The hub: `http://127.0.0.1:8080`. */
  INSPECT_URL?: string | undefined;
  /** A file that is appended to. */
  INSPECT_FILE?: string | undefined;
  /** What tells it apart from all others, if who has started it wants to know. */
  INSPECT_PROCESS?: string | undefined;
};

export type Attachment = { inspect: InspectionObserver; end(): Promise<void> };

/** Letters of the id that tells the processes of one inspector apart; it stands in each line that they tell. */
const ID_CHARS = 8;

/** @returns an observer for `createActor`, and what to call when its actor has ended */
export function attach({ INSPECT_URL, INSPECT_FILE, INSPECT_PROCESS }: InspectorEnvironment): Attachment {
  const process = INSPECT_PROCESS || nanoid(ID_CHARS);
  const sinks: Sink[] = [];
  const observer = createObserver(process, (line) => {
    for (const sink of sinks) sink.write(line);
  });
  const url = INSPECT_URL ? hubAt(INSPECT_URL) : undefined;
  if (url) sinks.push(new Outbox({ url, process, onStranger: () => observer.announce() }));
  if (INSPECT_FILE) sinks.push(new Recorder(INSPECT_FILE, process));
  return {
    inspect: neverThrowing(observer),
    async end() {
      await Promise.all(sinks.map((sink) => sink.end()));
    },
  };
}

/** A bad address is said once: nobody's draw depends on it. */
function hubAt(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:') return url;
  console.error(`quiniela: INSPECT_URL is ${JSON.stringify(text)}, must be like http://127.0.0.1:8080`);
  return undefined;
}

/** A defect of the observer's is none of the machine's. */
const neverThrowing = (observer: InspectionObserver): InspectionObserver => ({
  ...observer,
  next(event) {
    try {
      observer.next?.(event);
    } catch {}
  },
});
