/** The causes and effects among the rows of a run. */
import { Causes, type Wire } from './causes.ts';
import type { Moments } from './moments.ts';
import type { Row } from './rows.ts';

/** Of systems whose wire nothing is known of, all comes from where XState says. */
const NO_WIRE: Wire<Row> = () => () => undefined;

export const causesOf = (rows: readonly Row[], moments: Moments, wire: Wire<Row> = NO_WIRE): Causes<Row> =>
  new Causes(rows, {
    machineOf: (id) => moments.cast.get(id)?.machine,
    valueAfter: (step) => {
      const told = moments.event(step);
      return told?.type === '@xstate.snapshot' ? told.snapshot.value : undefined;
    },
    wire,
  });
