/**
 * V8's own options, which it takes while it runs too. With others than those that Node was made with, it does not take
 * what Node brings along of its own modules, and compiles each of them anew: on the command line, at every start.
 */
import { setFlagsFromString } from 'node:v8';

let isOurs = false;

/**
 * V8 sees that some of what a machine's step makes lives for a while, puts all of it into its old generation, and scavenges
 * for it in vain: see docs/performance.md. To be called once a program's code is loaded.
 */
export const scavengeAsNew = (): void => {
  isOurs = true;
  setFlagsFromString('--no-allocation-site-pretenuring');
};

/** Loads what comes late, with modules of Node's perhaps: by Node's options. */
export const loadLate = async <T>(load: () => Promise<T>): Promise<T> => {
  setFlagsFromString('--allocation-site-pretenuring');
  try {
    return await load();
  } finally {
    if (isOurs) scavengeAsNew();
  }
};

/** For who runs some WebAssembly now and then: V8 would optimise it as if it were to run for hours. */
export const keepWasmPlain = (): void => setFlagsFromString('--wasm-tiering-budget=1000000000');
