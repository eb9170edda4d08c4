/**
 * An inspector for the demo, as a process of its own: whatever happens to it, the demo goes on. It ends when its
 * standard input does, so that not even a demo that is killed leaves it behind.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FromLab } from '../inspector/hub/lab-channel.ts';
import { DEMO_INSPECTOR_START_MS, DEMO_INSPECTOR_STOP_MS } from '../limits.ts';
import { isHangUpIgnored } from '../runtime/hang-up.ts';
import { HUB_NODE_OPTIONS } from '../runtime/node-options.ts';
import { type LabLogic, labOf, noLab } from './lab.ts';
import { parseEntry } from './said.ts';

const PORT = 8080;

export type DemoInspector = {
  /** `http://127.0.0.1:8080/`; undefined if there is none. */
  address: string | undefined;
  /** Where the page may act, once; of a lab only. */
  entrance: string | undefined;
  /** What its page asks for. */
  lab: LabLogic;
  /** A line for the user: where it is, or why there is none. */
  text: string;
  /** Resolves once a page is open; rejects if none can be. */
  page(): Promise<void>;
  /** The page stays until Ctrl-C; if that has come before, it ends at once. */
  stay(say: (text: string) => void): Promise<void>;
};

/**
 * @param program the file to run, which is this same program
 * @param isLab its page may act
 */
export async function startInspector(program: string, isLab: boolean): Promise<DemoInspector> {
  const args = [
    ...HUB_NODE_OPTIONS,
    program,
    'inspector',
    '--port',
    String(PORT),
    '--any-port',
    '--until-eof',
  ];
  // A group of its own: Ctrl-C reaches it only through the demo.
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore', ...(isLab ? (['ipc'] as const) : [])],
    env: { ...process.env, LOG_FORMAT: 'json', INSPECT_CONTROL: isLab ? '1' : '' },
  }) as ChildProcess & { stdin: Writable };
  const entered = isLab ? entranceOf(child) : undefined;
  // Its end is told below, and a pipe that breaks with it is none of the demo's business.
  child.stdin.on('error', () => {});
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const { address, page: opened } = heard(child);
  const start = await Promise.race([
    address,
    ended.then((reason) => ({ reason })),
    sleep(
      DEMO_INSPECTOR_START_MS,
      { reason: `it does not listen after ${DEMO_INSPECTOR_START_MS / 1000} s` },
      { ref: false },
    ),
  ]);
  if (typeof start !== 'string') {
    await stop(child, ended);
    const text = `Inspector none, the demo goes on without it: ${start.reason}`;
    return {
      address: undefined,
      entrance: undefined,
      lab: noLab,
      text,
      page: () => failAfter(ended),
      stay: async () => {},
    };
  }
  // Until now Ctrl-C has ended the demo at once, and the inspector with it.
  const stopped = firstSignal();
  // It is told before the address.
  const entrance = entered && new URL(await entered, start).href;
  const isElse = new URL(start).port !== String(PORT);
  return {
    address: start,
    entrance,
    lab: isLab ? labOf(child) : noLab,
    page: () => Promise.race([opened, failAfter(ended)]),
    text: `Inspector ${start}${isElse ? ` (port ${PORT} is taken)` : ''}`,
    async stay(say) {
      const hasEnded = child.exitCode !== null || child.signalCode !== null;
      if (hasEnded) say(`\nThe inspector has ended before: ${await ended}`);
      else {
        if (!stopped.isOver) say(`\nThe machines of this run can still be looked at, until Ctrl-C: ${start}`);
        await Promise.race([stopped, ended]);
        await stop(child, ended);
      }
    },
  };
}

/** By which the lab is entered: nobody else hears of it. */
const entranceOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.on('message', (message: FromLab) => {
      if ('entrance' in message) resolve(message.entrance);
    });
  });

/** What it logs: its address or why it has none, then that a page is open. It would wait for a pipe that is full. */
function heard(child: ChildProcess) {
  const address = Promise.withResolvers<string | { reason: string }>();
  const page = Promise.withResolvers<void>();
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const entry = parseEntry(line);
    if (entry?.action === 'page') page.resolve();
    if (entry?.action !== 'inspect') return;
    const { page: url, error } = entry.details ?? {};
    address.resolve(typeof url === 'string' && URL.canParse(url) ? url : { reason: String(error) });
  });
  return { address: address.promise, page: page.promise };
}

const failAfter = async (ended: Promise<string>): Promise<never> => {
  throw new Error(await ended);
};

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const isLate = await Promise.race([ended, sleep(DEMO_INSPECTOR_STOP_MS, true, { ref: false })]);
  if (isLate === true) child.kill('SIGKILL');
}

/** The first signal that asks the demo to stop, whoever else hears it. */
function firstSignal(): Promise<void> & { isOver: boolean } {
  const stopping = ['SIGINT', 'SIGTERM', ...(isHangUpIgnored ? [] : ['SIGHUP'])];
  const signals = stopping.map((signal) => once(process, signal));
  const first = Object.assign(
    Promise.race(signals).then(() => {
      first.isOver = true;
    }),
    { isOver: false },
  );
  return first;
}
