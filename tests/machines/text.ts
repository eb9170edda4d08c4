/** Values of events and contexts as short text: readable in a failure, and the same for equal values. */

const plain = (_key: string, value: unknown): unknown => {
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return value.message;
  if (typeof value !== 'object' || value === null) return value;
  // By their JSON: an actor is its id, a buffer its text.
  if ('xstate$$type' in value && 'id' in value) return `@${value.id}`;
  if ('type' in value && value.type === 'Buffer' && 'data' in value)
    return Buffer.from(value.data as number[]).toString('utf8');
  return value;
};

export const keyOf = (value: unknown): string => JSON.stringify(value, plain);

/** `client.batch {"offset":0}` */
export function textOf({ type, ...rest }: { type: string }): string {
  return Object.keys(rest).length > 0 ? `${type} ${keyOf(rest)}` : type;
}
