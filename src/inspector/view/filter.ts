/** The filter of the events: what somebody types, as a question that each row answers. */

export type Filterable = {
  /** The event's type, and how it is called. */
  readonly type: string;
  readonly text: string;
  /** Labels of the actors that it went from and to. */
  readonly source: string;
  readonly target: string;
  /** Milliseconds that its actor had waited for it. */
  readonly gap: number;
  /** Ids of the transitions that it caused. */
  readonly took: readonly string[];
};

export type Filter = (row: Filterable) => boolean;

/** `-actor:"agency 7"`: not, whose, what; the quotes say that it is the whole name, in which `\"` is a quote. */
const TERM = /(-?)(?:(actor|from|to|type|took):)?(?:"((?:\\["\\]|[^"])*)"?|(\S+))/gi;
const PAUSE = /^([<>])(\d+(?:\.\d+)?)(ms|s)$/;

/** What each key looks at; without one, everything that a row shows. */
const PARTS: Readonly<Record<string, (row: Filterable) => readonly string[]>> = {
  actor: ({ source, target }) => [source, target],
  from: ({ source }) => [source],
  to: ({ target }) => [target],
  type: ({ type, text }) => [type, text],
  took: ({ took }) => took,
  '': ({ type, text, source, target }) => [type, text, source, target],
};

/**
 * Terms that must all be true, or with `OR` between them, those before it or those after it.
 *
 * @returns undefined if nothing is asked: every row is shown
 */
export function parseFilter(query: string): Filter | undefined {
  let terms: Filter[] = [];
  const alternatives = [terms];
  for (const [text, not, key = '', exact, word] of query.matchAll(TERM)) {
    if (text === 'OR') {
      terms = [];
      alternatives.push(terms);
      continue;
    }
    const term = termOf(key.toLowerCase(), exact?.replaceAll(/\\(["\\])/g, '$1'), word?.toLowerCase() ?? '');
    if (term) terms.push(not === '-' ? (row) => !term(row) : term);
  }
  const asked = alternatives.filter((terms) => terms.length > 0);
  if (asked.length === 0) return undefined;
  return (row) => asked.some((terms) => terms.every((term) => term(row)));
}

/** The term that finds the rows of which one transition is told. */
export const tookTerm = (transition: string): string => `took:"${transition.replaceAll(/["\\]/g, '\\$&')}"`;

/** Undefined while it is still being typed. */
function termOf(key: string, exact: string | undefined, word: string): Filter | undefined {
  const parts = PARTS[key]!;
  if (exact !== undefined) {
    if (exact === '') return undefined;
    // Of ids alone, none is like another that is written in capitals.
    if (key === 'took') return (row) => parts(row).includes(exact);
    return (row) => parts(row).some((part) => isWhole(part.toLowerCase(), exact.toLowerCase()));
  }
  const [, sign, count, unit] = (key === '' && PAUSE.exec(word)) || [];
  if (sign) {
    const ms = Number(count) * (unit === 's' ? 1_000 : 1);
    return ({ gap }) => (sign === '>' ? gap > ms : gap < ms);
  }
  // `actor:` and `-` are the beginning of something.
  if (word === '' || word === '-' || /^(actor|from|to|type|took):$/.test(word)) return undefined;
  return (row) => parts(row).some((part) => part.toLowerCase().includes(word));
}

/** `connection-3 · agency 7` is an agency 7, too. */
const isWhole = (part: string, exact: string): boolean =>
  part === exact || (part.includes(' · ') && part.split(' · ').includes(exact));
