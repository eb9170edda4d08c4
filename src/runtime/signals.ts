import { fromCallback } from 'xstate';
import type { ProgramEvent, ReloadEvent } from '../../machines/vocabulary/program.ts';
import { onDefect } from './defects.ts';
import { isHangUpIgnored } from './hang-up.ts';

/** Each signal that is heard, and as what. */
type Meanings = Readonly<Partial<Record<NodeJS.Signals, 'SIGTERM' | 'SIGINT' | 'reload'>>>;

/** Tells its machine of each signal, and of a defect that no other actor tells of; what they mean there is the machine's business. */
const programSignals = (meanings: Meanings) =>
  fromCallback(({ sendBack }) => {
    const report = (event: ProgramEvent | ReloadEvent) => sendBack(event);
    const heard = new Set<NodeJS.Signals>();
    const hear = (received: NodeJS.Signals) => {
      const meaning = meanings[received];
      if (meaning === 'reload') return report({ type: 'reload.asked' });
      // The shell and the kernel both say that the terminal is gone: two such signals are no wish to hurry.
      if (received === 'SIGHUP' && heard.has(received)) return;
      heard.add(received);
      if (meaning) report({ type: 'signal.received', signal: meaning });
    };
    const names = (Object.keys(meanings) as NodeJS.Signals[]).filter(isHeard(meanings));
    for (const name of names) process.on(name, hear);
    // By itself Node opens its debugger, on a port by which anybody on this machine could take over the process.
    ignore('SIGUSR1');
    const forget = onDefect((error) => report({ type: 'program.broken', error }));
    return () => {
      // Once the machine has ended its exit code stands: a signal does not change it.
      for (const name of names) {
        ignore(name);
        process.off(name, hear);
      }
      forget();
    };
  });

/** A program that `nohup` has started ignores SIGHUP, unless that means to read its files again. */
const isHeard =
  (meanings: Meanings) =>
  (name: NodeJS.Signals): boolean =>
    name !== 'SIGHUP' || !isHangUpIgnored || meanings.SIGHUP === 'reload';

const nothing = (): void => {};

/** Without a listener Node, or the system, does with a signal what it likes. */
const ignore = (name: NodeJS.Signals): void => {
  if (!process.listeners(name).includes(nothing)) process.on(name, nothing);
};

const STOPPING = { SIGTERM: 'SIGTERM', SIGINT: 'SIGINT' } as const;

/** A terminal that is closed hangs up: as good a reason to stop as SIGTERM. */
export const signals = programSignals({ ...STOPPING, SIGHUP: 'SIGTERM' });

/** For a program that can read its files again. */
export const reloadingSignals = programSignals({ ...STOPPING, SIGHUP: 'reload' });
