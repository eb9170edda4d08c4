/** The server's connections, which are members of a crowd: what they are called, and what is done when one leaves. */
import type { connectionMachine } from '../connection/connection.ts';
import { type CrowdEvent, crowdOf } from '../crowd.ts';
import { serverLogs } from '../log-lines.ts';
import { log } from './actions.ts';

type Leaving = CrowdEvent<typeof connectionMachine>;
type Ended = Extract<Leaving, { type: 'member.ended' }>;
type Broken = Extract<Leaving, { type: 'member.broken' }>;

/** Each has the number of its place in the order in which they came. */
export const connectionsOf = (connection: typeof connectionMachine) =>
  crowdOf(connection, (_, number) => `connection-${number}`);

const sessionOf = ({ event: { output, from } }: { event: Ended }) => ({ agency: output.agency, from });
const noteLeft = { type: 'noteLeft', params: ({ event }: { event: Leaving }) => event } as const;

/** Transitions of the server in every state. */
export const connectionsLeaving = {
  'member.ended': [
    {
      guard: { type: 'isCurrent', params: sessionOf },
      actions: [{ type: 'closeSession', params: sessionOf }, noteLeft],
    },
    { actions: noteLeft },
  ],
  // One broken session must not take the others with it.
  'member.broken': {
    actions: [
      log(({ event }: { event: Broken }) => serverLogs.sessionBroken(event.error)),
      { type: 'closeBroken', params: ({ event }: { event: Broken }) => event },
      noteLeft,
    ],
  },
} as const;
