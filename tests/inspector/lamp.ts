import { createMachine } from 'xstate';

/** A machine of the tests' own. */
export const lamp = createMachine({
  id: 'lamp',
  initial: 'off',
  states: { off: { on: { press: 'on' } }, on: { on: { press: 'off' } } },
});
