/** What stands in a machine's setup for an adapter: src/wiring provides the real one. */
import { type EventObject, fromCallback, fromPromise, type NonReducibleUnknown } from 'xstate';

const missing = (name: string): never => {
  throw new Error(`no ${name} is provided`);
};

/** A callback actor that has to be provided: a forgotten one must not be silence. */
export const notProvided = <TCommand extends EventObject, TInput = NonReducibleUnknown>(name: string) =>
  fromCallback<TCommand, TInput>(() => missing(name));

/** The same for a promise. */
export const notPromised = <TOutput, TInput = NonReducibleUnknown>(name: string) =>
  fromPromise<TOutput, TInput>(async () => missing(name));
