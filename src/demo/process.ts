/**
 * A child process whose log its machine hears.
 *
 * Each child leads a process group of its own: Ctrl-C, which a terminal sends to the whole foreground group,
 * reaches it only through its machine, once. The price is that nobody else stops it. When this process ends
 * in any way that lets it run code (a crash included), it kills the children that are left. When it is killed
 * by SIGKILL they go on without it, into closed pipes, which they are made to bear: agencies end with their
 * winners, and the server with the draw. (A server whose agencies were not started yet waits for them.)
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fromCallback } from 'xstate';
import type { ProcessCommand, ProcessEvent, ProcessInput } from '../../machines/vocabulary/demo.ts';
import type { LabAnswer } from '../../machines/vocabulary/lab.ts';
import { now } from '../runtime/time.ts';
import { saidIn } from './said.ts';

/** What to start: a program, its arguments, and all of its environment. */
export type Launch = {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** It takes orders, over a channel of its own. */
  takesOrders: boolean;
};

const living = new Set<ChildProcess>();
const killAll = () => {
  for (const child of living) child.kill('SIGKILL');
};

const remember = (child: ChildProcess): void => {
  if (living.size === 0) process.once('exit', killAll);
  living.add(child);
};

const forget = (child: ChildProcess): void => {
  living.delete(child);
  if (living.size === 0) process.off('exit', killAll);
};

/** Whole lines, as they come; and what stands behind the last of them, at the end. */
const hear = (stream: Readable, take: (lines: readonly string[]) => void): void => {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    take(lines);
  });
  stream.on('end', () => take([rest]));
};

/** Starts a process when its actor starts, kills it when the actor is stopped before it has ended. */
export const childProcess = (launchOf: (input: ProcessInput) => Launch) =>
  fromCallback<ProcessCommand, ProcessInput>(({ input, sendBack, receive }) => {
    const { who } = input;
    const report = (event: ProcessEvent) => sendBack(event);
    const { command, args, env, takesOrders } = launchOf(input);
    report({ type: 'process.started', who, time: now() });
    const channel = takesOrders ? (['ipc'] as const) : [];
    const child = spawn(command, args, {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...channel],
    }) as ChildProcess & { stdout: Readable; stderr: Readable };
    remember(child);
    for (const stream of [child.stdout, child.stderr]) {
      hear(stream, (lines) => {
        for (const event of saidIn(who, lines, now())) report(event);
      });
    }
    child.on('error', (error) => {
      if (child.pid !== undefined) return; // it runs, and could not be sent a signal
      forget(child);
      report({ type: 'process.errored', who, reason: error.message });
    });
    child.on('exit', () => forget(child));
    // Not `exit`, which may come before the last lines.
    child.on('close', (code, signal) => {
      if (child.pid !== undefined) report({ type: 'process.exited', who, code, signal });
    });
    const answer = (answer: LabAnswer) => report({ type: 'process.answered', who, ...answer });
    child.on('message', answer);
    receive((command) => {
      if (command.type === 'process.stop') {
        child.kill(command.signal);
        // One that was stopped by an order hears it only then.
        if (takesOrders) child.kill('SIGCONT');
        return;
      }
      const { id, order } = command;
      if (order.do !== 'signal')
        child.send({ id, order }, (error) => {
          if (error) answer({ id, refusal: `${who} does not listen: ${error.message}` });
        });
      else {
        child.kill(order.signal);
        answer({ id });
      }
    });
    return () => {
      if (living.has(child)) child.kill('SIGKILL');
    };
  });
