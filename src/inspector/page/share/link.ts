/** What is looked at, in the page's address: who opens a link to it sees the same. */
import { whenBegan } from '../../view/run-name.ts';

export type Linked = {
  /** The name of the run that it is to; undefined if it is to whichever there is. */
  run: string | undefined;
  /** Id of the chosen actor. */
  actor: string | undefined;
  /** Number of the first event that has not happened yet; undefined while live. */
  at: number | undefined;
  filter: string;
  isOnly: boolean;
  tab: string | undefined;
};

/** @param hash `#run=hh5rk3v2kg&actor=store&at=1218&filter=batch`; whatever else stands in it is passed over */
export function readLink(hash: string): Linked {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const at = /^\d{1,15}$/.test(fields.get('at') ?? '') ? Number(fields.get('at')) : undefined;
  return {
    run: fields.get('run') || undefined,
    actor: fields.get('actor') || undefined,
    at,
    filter: fields.get('filter') ?? '',
    isOnly: fields.has('only'),
    tab: fields.get('tab') || undefined,
  };
}

/** An empty text where there is nothing to say. */
export function writeLink({ run, actor, at, filter, isOnly, tab }: Linked): string {
  const fields = new URLSearchParams();
  if (run !== undefined) fields.set('run', run);
  if (actor !== undefined) fields.set('actor', actor);
  if (at !== undefined) fields.set('at', String(at));
  if (filter !== '') fields.set('filter', filter);
  if (isOnly) fields.set('only', '1');
  if (tab !== undefined) fields.set('tab', tab);
  const text = fields.toString();
  return text === '' ? '' : `#${text}`;
}

/** What is said to who opens a link to a run that is not the one that the page has. */
export function toOtherRun(name: string): string {
  const began = whenBegan(name)?.toLocaleString();
  const which = began === undefined ? '' : `, which began ${began}`;
  return `The link is to another run${which}: you see the one that is here`;
}
