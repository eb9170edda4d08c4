/**
 * A program's configuration as one table: each key with its variable, type, default and a sentence.
 * Parsing, error texts and the tables of docs/configuration.md all come from it.
 */
import type { ValueType } from './values.ts';

export type Key<T, TConfig> = {
  /** Where it stands in the file, dots between the levels; undefined: only the environment has it. */
  readonly path: string | undefined;
  readonly variable: string;
  readonly type: ValueType<NonNullable<T>>;
  /** As a user would write it. A function sees the keys that stand above it in the table. */
  readonly default?: string | ((above: Partial<TConfig>) => string);
  /** What docs/configuration.md says if `default` is no single text. */
  readonly defaultText?: string;
  /** Its absence is an error. */
  readonly required?: boolean;
  /** A bad value is a warning and the default is used; elsewhere it is an error. */
  readonly lenient?: boolean;
  /** What it is for: a clause without a full stop. */
  readonly about: string;
};

/** Every field of the config has its key, of the field's type. */
export type KeyTable<TConfig> = { readonly [K in keyof TConfig]-?: Key<TConfig[K], TConfig> };

/** Keys are the same whatever their case and whatever separates their words. */
export const normalisePath = (path: string): string => path.toLowerCase().replaceAll(/[._-]/g, '');

/** What an error calls a key: its path in the file, or its variable if it has none. */
export const nameOf = (key: { path: string | undefined; variable: string }): string =>
  key.path ?? key.variable;
