/** An inspector as a real process, and what it knows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { InspectorEvent } from '../../src/inspector/view/events.ts';
import { type ActorPicture, apply, emptyPicture, type Picture } from '../../src/inspector/view/picture.ts';
import { fromData } from '../../src/inspector/view/picture-data.ts';
import { parseEvent } from '../../src/inspector/view/shape.ts';
import { Program } from '../support/program.ts';

/** A draw of two agencies, recorded with INSPECT_FILE. */
export const RUN = join(import.meta.dirname, 'run.ndjson');

type RunningInspector = { program: Program; url: string };

export async function startInspector(
  t: TestContext,
  options: { port?: number; args?: string[] } = {},
): Promise<RunningInspector> {
  const program = new Program(['inspector', '--port', `${options.port ?? 0}`, ...(options.args ?? [])]);
  t.after(() => program.kill());
  const line = await program.line('action: inspect | result: in_progress');
  return { program, url: /page: (\S+)/.exec(line)![1]! };
}

export const askHub = async (url: string): Promise<Picture> =>
  fromData(await (await fetch(`${url}picture`)).json());

/** What a process itself has recorded. */
export const eventsIn = (file: string): InspectorEvent[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => parseEvent(line) ?? []);

export function pictureOf(events: readonly InspectorEvent[]): Picture {
  const picture = emptyPicture();
  for (const event of events) apply(picture, event);
  return picture;
}

export const machinesOf = ({ actors }: Picture): ActorPicture[] =>
  [...actors.values()].filter(({ machine }) => machine !== undefined);
