/** Values that came from elsewhere, as JSON: what has fields is looked into, whatever else it is. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** None of what has none. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
