/** Groups of requests, each committed as one: what has to wait for them, and who is told what of their outcomes. */
import type { Recipient } from '../vocabulary/recipient.ts';
import type {
  RequestOf,
  StoreAnswer,
  StoreEvent,
  StoreOutcome,
  StoreRequest,
  StoreSubmission,
} from '../vocabulary/store.ts';
import type { WaitsFor } from './queue.ts';

type Batch = RequestOf<'bets'>;

export type Group = {
  number: number;
  all: readonly StoreSubmission[];
  /** The agencies that it is about; `undefined` among them: it is about all, as the draw is. */
  agencies: ReadonlySet<number | undefined>;
};

const agencyOf = (request: StoreRequest): number | undefined =>
  'agency' in request ? request.agency : undefined;

export const groupOf = (number: number, all: readonly StoreSubmission[]): Group => ({
  number,
  all,
  agencies: new Set(all.map(({ request }) => agencyOf(request))),
});

/** An agency has only one group on its way, so its answers keep their order, whichever group comes back first. */
export const waitsFor =
  (onTheirWay: readonly Group[]) =>
  (request: StoreRequest): WaitsFor => {
    if (onTheirWay.length === 0) return 'nothing';
    const agency = agencyOf(request);
    if (agency === undefined || onTheirWay.some(({ agencies }) => agencies.has(undefined))) return 'all';
    return onTheirWay.some(({ agencies }) => agencies.has(agency)) ? 'itsAgency' : 'nothing';
  };

/** One answer for each submitter, with the outcomes of its requests in their order. */
export const answersOf = ({ all }: Group, outcomes: readonly StoreOutcome[]) => {
  const answers = new Map<Recipient<StoreAnswer>, StoreOutcome[]>();
  outcomes.forEach((outcome, index) => {
    const from = all[index]?.from;
    if (!from) return;
    const own = answers.get(from) ?? [];
    own.push(outcome);
    answers.set(from, own);
  });
  return answers;
};

/** Whether these are the first bets of an upload with offsets. */
const isBeginning = ({ dialect }: Batch, outcome: StoreOutcome): boolean =>
  dialect === 'quiniela' && outcome.kind === 'stored' && outcome.fresh > 0 && outcome.fresh === outcome.next;

/**
 * What the store itself tells the server: the connection that asked may be gone by now. All uploads of a group are in one
 * event, as each event costs the server a step, and of thousands of agencies hundreds finish in one group.
 */
export const newsOf = ({ all }: Group, outcomes: readonly StoreOutcome[]): StoreEvent[] => {
  const news: StoreEvent[] = [];
  const begun: number[] = [];
  const finished = new Set<number>();
  all.forEach(({ request }, index) => {
    const outcome = outcomes[index];
    if (!outcome) return;
    if (request.kind === 'bets' && isBeginning(request, outcome)) begun.push(request.agency);
    if (request.kind === 'finish' && outcome.kind === 'finished') finished.add(request.agency);
    if (request.kind === 'open' && outcome.kind === 'opened' && outcome.reopened) {
      finished.delete(request.agency);
      news.push({ type: 'agency.reopened', agency: request.agency });
    }
    if (request.kind === 'draw' && outcome.kind === 'drawn')
      news.push({ type: 'draw.recorded', winners: request.winners, head: outcome.head });
    if (outcome.kind === 'postponed') news.push({ type: 'draw.postponed' });
  });
  if (finished.size > 0) news.push({ type: 'uploads.finished', agencies: [...finished] });
  if (begun.length > 0) news.push({ type: 'uploads.begun', agencies: begun });
  return news;
};
