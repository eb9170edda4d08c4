/**
 * What Prometheus reads: its text format 0.0.4. Ours, as the client library (see docs/operations.md) wants every value handed
 * over to a registry of its own, while all of ours are where they arise already, and its process metrics read /proc, which
 * Node's permission model refuses: they are 0 then, and nobody is told.
 */

type Labels = Readonly<Record<string, string>>;

export type Sample = { readonly value: number; readonly labels?: Labels; readonly suffix?: string };

export type Family = {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
};

const family =
  (type: Family['type']) =>
  (name: string, help: string, values: number | readonly Sample[]): Family => ({
    name,
    type,
    help,
    samples: typeof values === 'number' ? [{ value: values }] : values,
  });

export const counter = family('counter');
export const gauge = family('gauge');
export const histogram = family('histogram');

/** A sample for each of some numbers that have names. */
export const samplesBy = (label: string, values: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export const textOf = (families: readonly Family[]): string =>
  families
    .map(({ name, type, help, samples }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...samples.map((sample) => lineOf(name, sample)),
        '',
      ].join('\n'),
    )
    .join('');

const lineOf = (name: string, { value, labels = {}, suffix = '' }: Sample): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
};

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
