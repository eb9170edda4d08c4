/** Requests as they are worked on: those about an agency in that agency's lane, in their order; the draw's turns alone. */
import type { StoreOutcome, StoreRequest } from '../../machines/vocabulary/store.ts';
import type { Asked } from './lane.ts';

type Sorted = { lanes: ReadonlyMap<number, readonly Asked[]>; turns: readonly Asked[] };

/** @param answer told what became of the request that stands at `index` */
export const sorted = (
  requests: readonly StoreRequest[],
  answer: (index: number, outcome: StoreOutcome) => void,
): Sorted => {
  const lanes = new Map<number, Asked[]>();
  const turns: Asked[] = [];
  requests.forEach((request, index) => {
    const asked: Asked = { request, answer: (outcome) => answer(index, outcome) };
    if (!('agency' in request)) {
      turns.push(asked);
      return;
    }
    const lane = lanes.get(request.agency);
    if (lane) lane.push(asked);
    else lanes.set(request.agency, [asked]);
  });
  return { lanes, turns };
};
