/**
 * Options of V8 that are set while the program runs. On the command line they would make every start slower: Node brings
 * its own modules compiled, and V8 only takes these if its options are those that Node was built with.
 */
import { setFlagsFromString } from 'node:v8';

/** As we want it, and as Node was built. */
type Option = { ours: string; nodes: string };

const SCAVENGE_AS_NEW: Option = {
  ours: '--no-allocation-site-pretenuring',
  nodes: '--allocation-site-pretenuring',
};

/** The heap, with the buffers outside of it, may grow to four times of what has survived before V8 marks it again. */
const MARK_SELDOM: Option = { ours: '--heap-growing-percent=300', nodes: '--heap-growing-percent=0' };

const wanted = new Set<Option>();

const want = (option: Option): void => {
  wanted.add(option);
  setFlagsFromString(option.ours);
};

/**
 * V8 sees that some of what a machine's step makes lives for a while, puts all of it into its old generation, and scavenges
 * for it in vain: see docs/performance.md. To be called once a program's code is loaded.
 */
export const scavengeAsNew = (): void => want(SCAVENGE_AS_NEW);

/**
 * A heap of some MB is marked each time that as many MB of buffers have come and gone, though scavenges free them: a third of
 * the time of a server of many, a tenth of that of one with TLS, see docs/performance.md. To be called once a program's code
 * is loaded.
 */
export const markSeldom = (): void => want(MARK_SELDOM);

/** Loads code late, under Node's own options, as it may need more of Node's modules. */
export const loadLate = async <T>(load: () => Promise<T>): Promise<T> => {
  for (const { nodes } of wanted) setFlagsFromString(nodes);
  try {
    return await load();
  } finally {
    for (const { ours } of wanted) setFlagsFromString(ours);
  }
};

/** For who runs some WebAssembly now and then: V8 would optimise it as if it were to run for hours. */
export const keepWasmPlain = (): void => setFlagsFromString('--wasm-tiering-budget=1000000000');
