/** Node's own options for each program, by what they buy. docker/Dockerfile has the same, and a test compares them. */

/**
 * An agency trusts the authorities of CLI_TLS_CA and no others. Without the first, whoever loads node:tls also reads the
 * 150 of Node's own, which takes as long as all the rest of it. Without the second, V8 begins with a young generation of
 * 1 MB, and moves four times what lives on anyway before a small upload is over: see docs/performance.md.
 */
export const AGENCY_NODE_OPTIONS: readonly string[] = ['--use-openssl-ca', '--min-semi-space-size=8'];

/**
 * Without it V8 lets the young generation grow to 32 MB, and with it the buffers that it holds on to: see
 * docs/performance.md.
 */
export const SERVER_NODE_OPTIONS: readonly string[] = ['--max-semi-space-size=8'];

/**
 * What the hub keeps is bounded at some 300 MB. Without this V8 lets much more garbage lie around while the hub is
 * flooded: see docs/performance.md. compose-templates/inspector.yaml has the same.
 */
export const HUB_NODE_OPTIONS: readonly string[] = ['--max-old-space-size=768'];
