/** What this server is told of a fact that another server has proposed. */
import type { StoreEvent } from '../../machines/vocabulary/store.ts';
import type { Fact } from './entry.ts';
import type { Folded } from './fold.ts';

export const newsOf = (fact: Fact, folded: Folded): StoreEvent[] => {
  if (fact.kind === 'open' && folded.kind === 'opened')
    return folded.reopened ? [{ type: 'agency.reopened', agency: fact.agency }] : [];
  if (fact.kind === 'bets' && folded.kind === 'stored' && fact.dialect === 'quiniela' && fact.from === 0)
    return [{ type: 'uploads.begun', agencies: [fact.agency] }];
  if (fact.kind === 'done' && folded.kind === 'finished')
    return [{ type: 'uploads.finished', agencies: [fact.agency] }];
  if (fact.kind === 'told' && folded.kind === 'recorded')
    return [{ type: 'agency.told', agency: fact.agency }];
  return [];
};
