import { once } from 'node:events';
import { Client } from 'undici';
import { EXIT_FAILED } from '../../machines/exit-codes.ts';
import { argument, type ValueType } from '../config/values.ts';
import { codeOf, messageOf, UserError } from '../errors.ts';
import { readRecording } from '../inspector/hub/replay.ts';
import { PICTURE_BYTES } from '../inspector/limits.ts';
import type { Picture } from '../inspector/view/picture.ts';
import { fromData } from '../inspector/view/picture-data.ts';
import { statusData, statusText } from '../inspector/view/status-text.ts';
import { escapeLine } from '../printable.ts';
import { interruption } from '../runtime/interruption.ts';
import { sleep } from '../runtime/time.ts';
import { enterAlternateScreen } from '../terminal/alternate-screen.ts';
import { sizeOf } from '../terminal/block.ts';
import { isTerminal, lookOf } from '../terminal/look.ts';

type StatusOptions = { url: string; file?: string; watch?: boolean; all?: boolean; json?: boolean };

/** Milliseconds between two looks. */
const WATCH_MS = 500;

/** Milliseconds for an inspector to answer, and bytes of its answer: all actors that it may keep. */
const ANSWER_MS = 10_000;
const ANSWER_BYTES = 2 * PICTURE_BYTES;

/**
 * `quiniela status`: the actors and their states, from an inspector or a recorded run.
 *
 * @throws {UserError} `ARGUMENT`; `STATUS` if no inspector answers, `REPLAY` if the file holds no run
 */
export const run = async (options: StatusOptions): Promise<number> => {
  const { url, file, watch = false, json = false } = options;
  const { stdout, env } = process;
  const look = async (signal?: AbortSignal): Promise<Picture> =>
    file === undefined ? ask(url, signal) : (await readRecording(file)).history.now;
  const hasScreen = isTerminal(stdout, env);
  const show = (picture: Picture, trouble?: string): string => {
    if (json) return JSON.stringify(statusData(picture));
    const { columns, rows } = hasScreen ? sizeOf(stdout) : {};
    return statusText(picture, {
      look: lookOf(stdout, env),
      columns,
      rows: watch ? rows : undefined,
      isAll: options.all === true,
      trouble,
    });
  };
  // One that is not there is a mistake, one that goes away is waited for.
  let picture = await look();
  if (!watch) {
    stdout.write(`${show(picture)}\n`);
    return 0;
  }
  const signal = interruption();
  const screen = hasScreen && !json ? enterAlternateScreen(stdout) : undefined;
  const end = once(signal, 'abort').then(() => true);
  for (let trouble: string | undefined; ; ) {
    const text = show(picture, trouble);
    if (screen) screen.draw(text);
    else stdout.write(`${text}\n`);
    if (await Promise.race([end, sleep(WATCH_MS)])) break;
    try {
      picture = await look(signal);
      trouble = undefined;
    } catch (error) {
      if (signal.aborted) break;
      if (json) throw error;
      trouble = `This is what was last seen: ${escapeLine(messageOf(error))}`;
    }
  }
  screen?.leave();
  return 0;
};

/** Whatever listens there may go on for ever. */
const textOf = async (body: AsyncIterable<Buffer>): Promise<string> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > ANSWER_BYTES) throw new Error(`it answers with more than ${ANSWER_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
};

const INSPECTOR: ValueType<URL> = {
  allowed: 'a URL such as http://127.0.0.1:8080',
  parse(text) {
    const url = URL.parse('/picture', text);
    return url && /^https?:$/.test(url.protocol) ? url : undefined;
  },
};

const ask = async (url: string, ending?: AbortSignal): Promise<Picture> => {
  const { origin, pathname: path } = argument('cannot ask the inspector: --url', url, INSPECTOR);
  const client = new Client(origin);
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_MS), ...(ending ? [ending] : [])]);
    const { statusCode, body } = await client.request({ method: 'GET', path, signal });
    if (statusCode !== 200) {
      body.on('error', () => {}).destroy();
      throw new Error(`it answers ${statusCode}`);
    }
    return fromData(JSON.parse(await textOf(body)));
  } catch (error) {
    throw new UserError(
      'STATUS',
      `cannot ask the inspector at ${url}: ${codeOf(error) ?? messageOf(error)}; INSPECT=1 starts one`,
      { cause: error, exitCode: EXIT_FAILED },
    );
  } finally {
    void client.destroy();
  }
};
