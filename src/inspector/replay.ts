/** A recorded run, read back whole. */
import { codeOf, UserError } from '../errors.ts';
import { openRegular } from '../regular-file.ts';
import { isInspectorEvent } from './events.ts';
import { History } from './history.ts';

/** @throws {UserError} `REPLAY` where the file cannot be read, or holds no event */
export async function readRecording(file: string): Promise<History> {
  const text = await readText(file).catch((cause) => {
    if (cause instanceof UserError) throw cause;
    throw new UserError('REPLAY', `cannot replay "${file}": ${codeOf(cause) ?? cause.message}`, { cause });
  });
  const history = new History(Number.POSITIVE_INFINITY);
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const event = parse(line);
    // A process that was killed may have left half a line.
    if (event) history.add(event, line);
    else if (index === 0)
      throw new UserError('REPLAY', `cannot replay "${file}": its first line is no inspection event`);
  }
  if (history.settle(Number.POSITIVE_INFINITY).length === 0)
    throw new UserError('REPLAY', `cannot replay "${file}": it holds no event`);
  return history;
}

const readText = async (file: string): Promise<string> => {
  await using handle = await openRegular(file);
  return await handle.readFile('utf8');
};

const parse = (line: string) => {
  try {
    const event: unknown = JSON.parse(line);
    return isInspectorEvent(event) ? event : undefined;
  } catch {
    return undefined;
  }
};
