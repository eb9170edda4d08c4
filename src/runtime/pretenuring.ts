/** V8's own options, which it takes while it runs too. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8 sees that some of what a machine's step makes lives for a while, puts all of it into its old generation, and scavenges
 * for it in vain: see docs/performance.md. To be called once a program's code is loaded: with other options than those that
 * Node was made with, V8 does not take what Node brings along of its own modules, and compiles each of them at every start.
 */
export const scavengeAsNew = (): void => setFlagsFromString('--no-allocation-site-pretenuring');
