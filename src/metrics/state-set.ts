import type { AnyMachineSnapshot, StateValue } from 'xstate';
import { type Family, gauge } from './text.ts';

type Node = { readonly path: readonly string[]; readonly states: Readonly<Record<string, Node>> };

/** All states of a chart below its root, the outer before their inner ones. */
const statesOf = ({ states }: Node): string[] =>
  Object.values(states).flatMap((state) => [state.path.join('.'), ...statesOf(state)]);

/** Those that it is in. */
const activeIn = (value: StateValue, outer = ''): string[] =>
  typeof value === 'string'
    ? [`${outer}${value}`]
    : Object.entries(value).flatMap(([name, inner = {}]) => [
        `${outer}${name}`,
        ...activeIn(inner, `${outer}${name}.`),
      ]);

/** Each state of each chart, an outer one too: 1 if the machine is in it. */
export const machineStates = (machines: Readonly<Record<string, AnyMachineSnapshot>>): Family =>
  gauge(
    'quiniela_machine_state',
    'States of the statecharts: 1 if the machine is in it, outer states too.',
    Object.entries(machines).flatMap(([machine, snapshot]) => {
      const active = new Set(activeIn(snapshot.value));
      return statesOf(snapshot.machine.root).map((state) => ({
        labels: { machine, state },
        value: Number(active.has(state)),
      }));
    }),
  );
