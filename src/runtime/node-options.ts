/** Node's own options for each program, by what they buy. docker/Dockerfile has the same, and a test compares them. */

/**
 * Without it V8 sees that some of what a machine's step makes lives for a while, puts all of it into its old
 * generation, and scavenges for it in vain: see docs/performance.md.
 */
export const NODE_OPTIONS: readonly string[] = ['--no-allocation-site-pretenuring'];

/**
 * Without it V8 lets the young generation grow to 32 MB, and with it the buffers that it holds on to: see
 * docs/performance.md.
 */
export const SERVER_NODE_OPTIONS: readonly string[] = [...NODE_OPTIONS, '--max-semi-space-size=8'];

/**
 * What the hub keeps is bounded at some 300 MB. Without this V8 lets much more garbage lie around while the hub is
 * flooded: see docs/performance.md. compose-templates/inspector.yaml has the same.
 */
export const HUB_NODE_OPTIONS: readonly string[] = ['--max-old-space-size=768'];
