/** What a person types as an event's payload. */

/** @returns its fields, or why there are none */
export function payloadIn(text: string): Readonly<Record<string, unknown>> | string {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch (error) {
    return `The payload is no JSON: ${(error as Error).message}`;
  }
  return 'The payload must be a JSON object, such as { "count": 3 }';
}
