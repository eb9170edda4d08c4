/**
 * What one process wrote that another one heard. No message has a number: a batch is found as its trace has it, and of
 * all others, each of which waits for its answer, it is the newest of its kind that the peer has written by then.
 */
import type { Wire } from './causes.ts';
import type { Moments } from './moments.ts';
import { lastBefore, type Row } from './rows.ts';
import type { Trace } from './trace.ts';

const WRITES = new Set(['socket.say', 'socket.sayAll', 'socket.sayInParts', 'socket.write']);

export const wireOf = ({ cast }: Moments, traces: readonly Trace[]): Wire<Row> => {
  const agencies = idsBy([...cast.values()], ({ machine, context }) =>
    machine === 'agency' ? context.id : undefined,
  );
  const connections = idsBy([...cast.values()], ({ machine, context }) =>
    machine === 'connection' ? context.agency : undefined,
  );
  const batches = new Map(traces.map((trace) => [`${trace.agency} ${trace.to}`, trace]));
  return (sentBy) => {
    /** By side and agency: all that it wrote. */
    const written = new Map<string, readonly Row[]>();
    const writesOf = (isUp: boolean, agency: unknown): readonly Row[] => {
      const key = `${isUp} ${agency}`;
      const ids = (isUp ? agencies : connections).get(agency) ?? [];
      const writes =
        written.get(key) ??
        ids
          .flatMap((id) => sentBy(id).filter(({ event }) => WRITES.has(event.type)))
          .sort((one, other) => one.number - other.number);
      written.set(key, writes);
      return writes;
    };
    return ({ number, event, source, target }) => {
      const [side, kind = ''] = event.type.split('.');
      const speaker = source === undefined ? undefined : cast.get(source);
      if ((side !== 'client' && side !== 'server') || speaker?.name !== 'socket' || speaker.isForeign)
        return undefined;
      const isUp = side === 'client';
      const agency = isUp ? event.agency : cast.get(target)?.context.id;
      const to = isUp ? Number(event.offset) + Number(event.count) : event.next;
      const batch = batches.get(`${agency} ${to}`)?.marks;
      const at = kind === 'batch' ? batch?.sent : kind === 'stored' ? batch?.said : undefined;
      const isIt = ({ time, event: { message } }: Row): boolean =>
        at === undefined ? [undefined, kind].includes(kindOf(message)) : time === at;
      const writes = writesOf(isUp, agency);
      let index = lastBefore(writes, number);
      while (index >= 0 && !isIt(writes[index]!)) index -= 1;
      return { write: writes[index] };
    };
  };
};

/** Of one message; of several, undefined. */
const kindOf = (message: unknown): string | undefined =>
  typeof message === 'object' && message !== null && 'kind' in message ? String(message.kind) : undefined;

function idsBy<T extends { id: string; isForeign: boolean }>(
  actors: readonly T[],
  keyOf: (actor: T) => unknown,
): Map<unknown, string[]> {
  const ids = new Map<unknown, string[]>();
  for (const actor of actors) {
    const key = actor.isForeign ? undefined : keyOf(actor);
    if (key !== undefined) ids.set(key, [...(ids.get(key) ?? []), actor.id]);
  }
  return ids;
}
