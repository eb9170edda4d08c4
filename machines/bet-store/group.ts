/** A group of requests that was committed as one: who is told what of its outcomes. */
import type { Recipient } from '../vocabulary/recipient.ts';
import type {
  StoreAnswer,
  StoreEvent,
  StoreOutcome,
  StoreRequest,
  StoreSubmission,
} from '../vocabulary/store.ts';

type Batch = Extract<StoreRequest, { kind: 'bets' }>;

export type Group = readonly StoreSubmission[];

/** One answer for each submitter, with the outcomes of its requests in their order. */
export const answersOf = (group: Group, outcomes: readonly StoreOutcome[]) => {
  const answers = new Map<Recipient<StoreAnswer>, StoreOutcome[]>();
  outcomes.forEach((outcome, index) => {
    const from = group[index]?.from;
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

/** What the server hears from the store itself: the connection that asked may be gone by now. */
export const newsOf = (group: Group, outcomes: readonly StoreOutcome[]): StoreEvent[] => {
  const news: StoreEvent[] = [];
  const begun: number[] = [];
  group.forEach(({ request }, index) => {
    const outcome = outcomes[index];
    if (!outcome) return;
    if (request.kind === 'bets' && isBeginning(request, outcome)) begun.push(request.agency);
    if (request.kind === 'finish' && outcome.kind === 'finished')
      news.push({ type: 'agency.finished', agency: request.agency });
    if (request.kind === 'open' && outcome.kind === 'opened' && outcome.reopened)
      news.push({ type: 'agency.reopened', agency: request.agency });
    if (request.kind === 'draw' && outcome.kind === 'drawn')
      news.push({ type: 'draw.recorded', winners: request.winners, head: outcome.head });
    if (outcome.kind === 'postponed') news.push({ type: 'draw.postponed' });
  });
  if (begun.length > 0) news.push({ type: 'uploads.begun', agencies: begun });
  return news;
};
