/** The inspector's bounds, with their units and the reason for their values. */

/** Milliseconds that inspection events wait for others, to be sent together; nobody sees a shorter one. */
export const FLUSH_MS = 40;

/** Characters of events that are sent at once, however little time has passed. */
export const BATCH_CHARS = 128 * 1024;

/** Characters of events that may wait in a process for the hub: some 30,000 events. */
export const QUEUE_CHARS = 8 * 1024 * 1024;

/** Milliseconds for the hub to be reached and to answer: a busy machine's hub takes its time. */
export const HUB_MS = 10_000;

/** Milliseconds before the hub is tried again, doubled for each further time up to the cap. */
export const RETRY_MS = 250;
export const RETRY_CAP_MS = 4_000;

/** Bytes of one request that the hub takes in; processes send far less. */
export const REQUEST_BYTES = 16 * 1024 * 1024;

/** Milliseconds that the hub holds events back, to put those of all processes into the order of their times. */
export const SETTLE_MS = 120;

/** Milliseconds between two deliveries to the pages: more often than a screen needs is of no use. */
export const DELIVER_MS = 50;

/** Events that can be gone back to: a draw of five agencies with the real data has about 20,000. */
export const HISTORY_EVENTS = 30_000;

/** Events that fall out of the history together, so that it is not moved for each. */
export const HISTORY_SLACK = 1_000;

/** Machines that have ended and are still shown, besides the roots. */
export const ENDED_ACTORS = 300;

/** Bytes that may wait for a page that does not read; it is cut then, and gets the whole picture anew. */
export const PAGE_BYTES = 64 * 1024 * 1024;

/** Pages, and processes' connections, at once. */
export const PAGES = 32;
