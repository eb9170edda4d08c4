/** What is looked at, in the page's address: who opens a link to it sees the same. */

export type Linked = {
  /** Id of the chosen actor. */
  actor: string | undefined;
  /** Number of the first event that has not happened yet; undefined while live. */
  at: number | undefined;
  filter: string;
  isOnly: boolean;
  tab: string | undefined;
};

/** @param hash `#actor=store&at=1218&filter=batch`; whatever else stands in it is passed over */
export function readLink(hash: string): Linked {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const at = /^\d{1,15}$/.test(fields.get('at') ?? '') ? Number(fields.get('at')) : undefined;
  return {
    actor: fields.get('actor') || undefined,
    at,
    filter: fields.get('filter') ?? '',
    isOnly: fields.has('only'),
    tab: fields.get('tab') || undefined,
  };
}

/** An empty text where there is nothing to say. */
export function writeLink({ actor, at, filter, isOnly, tab }: Linked): string {
  const fields = new URLSearchParams();
  if (actor !== undefined) fields.set('actor', actor);
  if (at !== undefined) fields.set('at', String(at));
  if (filter !== '') fields.set('filter', filter);
  if (isOnly) fields.set('only', '1');
  if (tab !== undefined) fields.set('tab', tab);
  const text = fields.toString();
  return text === '' ? '' : `#${text}`;
}
