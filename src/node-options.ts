/** Node's own options for each program, by what they buy. docker/Dockerfile has the same, and a test compares them. */

/**
 * V8 would put what a machine's step makes into its old generation, as it sees some of it live for a while, and
 * scavenge for it in vain: with 10,000,000 bets, all processes took 14.3 s of processor time, 13.6 s with this.
 */
export const NODE_OPTIONS: readonly string[] = ['--no-allocation-site-pretenuring'];

/**
 * V8 would let the young generation grow to 32 MB, and the buffers that it holds on to with it: 170 MB at most with
 * 10,000,000 bets, 120 MB with this.
 */
export const SERVER_NODE_OPTIONS: readonly string[] = [...NODE_OPTIONS, '--max-semi-space-size=8'];

/**
 * What the hub keeps is bounded at some 300 MB; V8 would let three times as much garbage lie around while it is flooded.
 * compose-templates/inspector.yaml has the same.
 */
export const HUB_NODE_OPTIONS: readonly string[] = ['--max-old-space-size=768'];
