/** Machines that nobody would write: states within states, guards, histories, what is raised and what follows without an event. */
import { assign, raise } from 'xstate';
import type { Random } from '../support/random.ts';

export const EVENTS = ['A', 'B', 'a.b', 'a.c', 'Z'] as const;

type Context = { readonly context: { readonly n: number } };

type Node = { id: string; order: number; kind: string; children: Node[] };

const add = assign({ n: ({ context }: Context) => context.n + 1 });

/** Transitions without an event that may follow upon one: a machine that goes on longer than that never comes to rest. */
const LONGEST = 10;

/** @returns its configuration, and what is asked before each event: whether it has come to rest after the last one */
export function randomConfig(random: Random): { config: Record<string, unknown>; isAtRest: () => boolean } {
  const nodes: Node[] = [];
  let fuel = LONGEST;
  const is = (percent: number): boolean => random.int(100) < percent;
  const grow = (depth: number): Node => {
    const node: Node = { id: `s${nodes.length}`, order: nodes.length, kind: 'atomic', children: [] };
    nodes.push(node);
    if (depth > 0 && (depth > 2 || is(55))) return node;
    node.kind = is(25) ? 'parallel' : 'compound';
    node.children = Array.from({ length: 2 + random.int(2) }, () => grow(depth + 1));
    if (node.kind === 'compound' && is(25)) {
      const memory: Node = { id: `s${nodes.length}`, order: nodes.length, kind: 'history', children: [] };
      nodes.push(memory);
      node.children.push(memory);
    }
    return node;
  };
  const root = grow(0);
  const guard = (asks = () => true) => {
    const [shift, wanted] = [random.int(2), random.int(2)];
    return ({ context }: Context) => asks() && (context.n + shift) % 2 === wanted;
  };
  const transition = (mayRaise: boolean) => {
    const target = is(75) ? `#${random.pick(nodes).id}` : undefined;
    const act = () => (is(60) ? add : mayRaise && is(50) ? raise({ type: 'R' }) : () => {});
    return {
      ...(target === undefined ? {} : { target }),
      ...(is(45) ? { guard: guard() } : {}),
      ...(is(35) || target === undefined ? { actions: act() } : {}),
      ...(is(10) ? { reenter: true } : {}),
    };
  };
  const configOf = ({ id, order, kind, children }: Node): Record<string, unknown> => {
    if (kind === 'history') return { id, type: 'history', history: is(50) ? 'deep' : 'shallow' };
    const on: Record<string, unknown> = {};
    for (const event of ['A', 'B', 'a.b', 'a.*'])
      if (is(30)) on[event] = is(40) ? [transition(true), transition(true)] : transition(true);
    for (const event of ['R', '*']) if (is(25)) on[event] = transition(false);
    const later = nodes.filter((other) => other.order > order + 3);
    const always =
      kind === 'atomic' && later.length > 0 && is(15)
        ? [{ target: `#${random.pick(later).id}`, guard: guard(() => fuel-- > 0) }]
        : [];
    const states = Object.fromEntries(children.map((child) => [child.id, configOf(child)]));
    const inner =
      kind === 'parallel' ? { type: kind, states } : children[0] ? { initial: children[0].id, states } : {};
    return { id, on, always, ...(is(15) ? { entry: add } : {}), ...inner };
  };
  const config = { ...configOf(root), context: { n: 0 } };
  return {
    config,
    isAtRest: () => {
      const isEmpty = fuel <= 0;
      fuel = LONGEST;
      return !isEmpty;
    },
  };
}
