/**
 * Keeps the diagrams of a Markdown page as the machines are: what stands between `<!-- diagram:server -->` and
 * `<!-- /diagram:server -->` is written from the machine of that name.
 */
import type { AnyStateMachine } from 'xstate';
import { describeMachine } from './describe.ts';
import { toMermaid } from './mermaid.ts';

/** Machines by the name that their marker has. */
export type DiagramSources = Readonly<Record<string, AnyStateMachine>>;

const PLACE = /<!-- diagram:(?<name>[\w-]+) -->(?<content>.*?)<!-- \/diagram:\k<name> -->/gs;
const MARKER = /<!-- \/?diagram:[\w-]+ -->/g;

/** @returns the page with every diagram as its machine is now. @throws if a place or a machine is missing. */
export function updateDiagrams(markdown: string, machines: DiagramSources): string {
  checkPlaces(markdown, machines);
  return markdown.replace(PLACE, (_, name: string) => {
    const diagram = toMermaid(describeMachine(machines[name]!));
    return `<!-- diagram:${name} -->\n\`\`\`mermaid\n${diagram}\n\`\`\`\n<!-- /diagram:${name} -->`;
  });
}

/** The names of the diagrams that are no longer as their machines are. */
export function staleDiagrams(markdown: string, machines: DiagramSources): string[] {
  const current = contentsOf(updateDiagrams(markdown, machines));
  return contentsOf(markdown).flatMap(({ name, content }, index) =>
    content === current[index]?.content ? [] : [name],
  );
}

const contentsOf = (markdown: string) =>
  [...markdown.matchAll(PLACE)].map(({ groups }) => ({ name: groups!.name!, content: groups!.content! }));

function checkPlaces(markdown: string, machines: DiagramSources): void {
  const places = contentsOf(markdown).map(({ name }) => name);
  for (const marker of markdown.replace(PLACE, '').match(MARKER) ?? [])
    throw new Error(`marker without its counterpart: ${marker}`);
  for (const name of places) {
    if (!Object.hasOwn(machines, name))
      throw new Error(`no machine is called "${name}", only ${Object.keys(machines).join(', ')}`);
  }
  for (const name of Object.keys(machines)) {
    if (!places.includes(name)) throw new Error(`the diagram of "${name}" has no place: ${placeOf(name)}`);
  }
}

const placeOf = (name: string): string => `<!-- diagram:${name} --><!-- /diagram:${name} -->`;
