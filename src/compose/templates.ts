/** The YAML fragments of compose-templates/, with their comments, and what fills their `<placeholders>`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isScalar, type Node, type Pair, parseDocument, Scalar, visit, YAMLMap } from 'yaml';

/** By placeholder. A number stays one if a placeholder is the whole value. */
export type Values = Readonly<Record<string, string | number>>;

const PLACEHOLDER = /<([a-z-]+)>/g;

/** A fragment: a mapping, and its first comment if that stands above the whole of it. */
export type Fragment = { map: YAMLMap; comment: string | null | undefined };

export function readFragment(repository: string, name: string): Fragment {
  const document = parseDocument(readFileSync(join(repository, 'compose-templates', `${name}.yaml`), 'utf8'));
  const [error] = document.errors;
  if (error !== undefined) throw error;
  if (!(document.contents instanceof YAMLMap)) throw new Error(`${name}.yaml is no mapping`);
  const map = document.contents;
  const first = map.items[0]?.key;
  // Without an empty line after it, the parser gives the first comment to the first key.
  const comment =
    document.commentBefore ?? map.commentBefore ?? (isScalar(first) ? first.commentBefore : undefined);
  if (isScalar(first)) first.commentBefore = null;
  return { map, comment };
}

/** Compose replaces `$NAME` in every value; `$$` is a dollar sign. */
export const escapeDollars = (text: string): string => text.replaceAll('$', '$$$$');

function fillScalar(scalar: Scalar, values: Values): void {
  if (typeof scalar.value !== 'string') return;
  const text = scalar.value;
  const [, only] = /^<([a-z-]+)>$/.exec(text) ?? [];
  const value = only === undefined ? undefined : values[only];
  if (value !== undefined) {
    scalar.value = value;
    // Without quotes another YAML reader could take 1999-03-17 for a date and 00000012 for a number.
    if (typeof value === 'string' && /^\d/.test(value)) scalar.type = Scalar.QUOTE_DOUBLE;
  } else {
    scalar.value = text.replace(PLACEHOLDER, (whole, name: string) => String(values[name] ?? whole));
  }
}

/** A copy of the node with every `<name>` of `values` replaced, in keys and values. */
export function fill<T extends Node>(template: T, values: Values): T {
  const copy = template.clone() as T;
  visit(copy, { Scalar: (_, scalar) => fillScalar(scalar, values) });
  return copy;
}

/** The pair of a key; the templates are ours, so it is there. */
export function pairOf(map: YAMLMap, key: string): Pair<Scalar, Node> {
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  if (pair === undefined) throw new Error(`the template has no "${key}"`);
  return pair as Pair<Scalar, Node>;
}

/** The mapping under a key. */
export function mapOf(map: YAMLMap, key: string): YAMLMap {
  const { value } = pairOf(map, key);
  if (value instanceof YAMLMap) return value;
  throw new Error(`"${key}" of the template is no mapping`);
}

/** Adds the fragment's pairs to the end of a mapping, its comment above the first of them. */
export function append(target: YAMLMap, { map, comment }: Fragment): void {
  const [first] = map.items;
  if (first !== undefined && isScalar(first.key) && comment) first.key.commentBefore = comment;
  target.items.push(...map.items);
}
