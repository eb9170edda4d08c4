/** An actor's states and transitions, lit in its chart: where it is, what moved it last, what it has taken how often. */
import { branchesIn } from '../../view/branches.ts';
import { Counts, timesText } from '../../view/counts.ts';
import { activeStates } from '../../view/naming.ts';
import type { ActorPicture } from '../../view/picture.ts';
import { setAttribute, setText } from '../dom.ts';
import { nameArrow, nameState } from './library.ts';

/** What an actor's chart shows of it. */
export type Lit = Pick<ActorPicture, 'id' | 'value' | 'status' | 'lastAt' | 'lastTransitions' | 'taken'>;

/** @returns ids of the active states */
export function lightUp(svg: SVGSVGElement, actor: Lit, machine: string): Set<string> {
  const active = actor.value === undefined ? new Set<string>() : activeStates(machine, actor.value);
  for (const state of svg.querySelectorAll<SVGElement>('[data-state]')) {
    const isActive = active.has(state.dataset.state ?? '');
    state.classList.toggle('active', isActive);
    setAttribute(state, 'aria-current', isActive ? 'true' : undefined);
  }
  const counts = new Counts(actor);
  const last = new Set(actor.lastTransitions.flatMap(branchesIn));
  for (const line of svg.querySelectorAll<SVGElement>('[data-transition]')) lightLine(line, counts, last);
  for (const state of svg.querySelectorAll<SVGElement>('[data-state]:has([data-transition])'))
    nameState(state);
  for (const arrow of svg.querySelectorAll<SVGElement>('[data-arrow]')) {
    const ids = [...arrow.querySelectorAll<SVGElement>('[data-transition]')].map(
      (line) => line.dataset.transition ?? '',
    );
    const isLast = ids.some((id) => last.has(id));
    const taken = counts.ofAny(ids);
    arrow.classList.toggle('taken', taken > 0);
    // Begun anew, where the same arrow is taken again.
    if (isLast) for (const animation of arrow.getAnimations({ subtree: true })) animation.play();
    arrow.classList.toggle('last', isLast);
    const summary = arrow.querySelector('.summary');
    if (summary) count(summary, timesText(taken));
    nameArrow(arrow);
  }
  return active;
}

function lightLine(line: SVGElement, counts: Counts, last: ReadonlySet<string>): void {
  const id = line.dataset.transition ?? '';
  const taken = counts.textOf(id);
  setAttribute(line, 'data-count', taken.slice(1) || undefined);
  line.classList.toggle('last', last.has(id));
  count(line, taken);
}

/** Behind a line's words: how often it was taken. */
function count(line: Element, taken: string): void {
  let counter = line.querySelector('.counter');
  if (!counter && taken !== '') {
    counter = document.createElementNS('http://www.w3.org/2000/svg', 'tspan');
    counter.setAttribute('class', 'counter');
    line.append(counter);
  }
  if (counter) setText(counter, taken && ` ${taken}`);
}
