/** A reporter of tests: one line for each that has failed, at once, the innermost first. */
import type { TestEvent } from 'node:test/reporters';

export default async function* failures(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events)
    if (
      type === 'test:complete' &&
      !data.details.passed &&
      data.todo === undefined &&
      data.skip === undefined
    )
      yield `${data.name}\n`;
}
