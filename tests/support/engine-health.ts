/** What a node of the engine says of its health, and what of that concerns who waits for it. */

type Complaint = { type?: string; error?: string };

/** Its answer to /healthz?details=true. */
export type Health = { status?: string; error?: string; errors?: Complaint[] };

/** A node that came back and does not take up the engine's own log again: 2.10.27, once in some hundred kills. */
const STUCK = /^JetStream is not current with the meta leader/;

/**
 * A reader's place in the log whose node was away when it was to be forgotten. Its reader has another one, and the engine
 * forgets it within minutes.
 */
const isLeftOver = ({ type, error = '' }: Complaint): boolean =>
  type === 'CONSUMER' && error.includes('consumer not found');

/** Empty: it has all that the others have. */
export const complaintsOf = ({ status, error, errors = [] }: Health): string[] => {
  if (status === 'ok') return [];
  const all = error === undefined ? errors : [{ error }, ...errors];
  if (all.length === 0) return [`its status is ${status}`];
  return all.filter((one) => !isLeftOver(one)).map((one) => one.error ?? '');
};

export const isStuck = (complaints: readonly string[]): boolean => complaints.some((one) => STUCK.test(one));
