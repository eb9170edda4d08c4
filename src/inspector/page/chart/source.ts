/**
 * Where charts come from: those of our own machines were laid out when the page was built; any other machine's is laid
 * out when somebody first looks at it, from the definition that its program told, in a Worker that is loaded only then.
 */
import type { ELK } from 'elkjs';
import ElkConstructor from 'elkjs/lib/elk-api.js';
import { describeDefinition, NotDrawn } from '../../charts/definition.ts';
import { folded } from '../../charts/fold.ts';
import { type ChartGraph, graphOf, summarised } from '../../charts/graph.ts';
import { type Chart, layOut } from '../../charts/layout.ts';
import { layOutSimply } from '../../charts/simple-layout.ts';
import { toSvg } from '../../charts/svg.ts';
import { DEFINITIONS, LAYOUT_MS, SIMPLE_MS } from '../../limits.ts';
import type { Definitions } from '../../view/definitions.ts';
import type { ActorPicture } from '../../view/picture.ts';

/**
 * A chart, or why there is none or only a simple one; `key` is another one for each, `of` the same for all drawings of one
 * definition: a simple one until it is laid out, and those in which states are closed.
 */
export type Drawing = {
  readonly key: string;
  readonly of?: string;
  readonly svg?: string;
  readonly note?: string;
};

type Made = Omit<Drawing, 'key' | 'of'>;

/** An actor as far as its chart goes. */
export type Drawn = Pick<ActorPicture, 'name' | 'machine' | 'isForeign' | 'chart'>;

export class ChartSource {
  /** Our own machines' charts as SVG, by their ids; undefined as long as they are on their way. */
  #built: Readonly<Record<string, string>> | undefined;
  /** They have been on their way for long. */
  #areLate = false;
  readonly #changed: () => void;
  /** By definition, and what is closed in it; those that were made last stand last. */
  readonly #made = new Map<string, Drawing>();
  /** One is laid out after another. */
  #last: Promise<void> = Promise.resolve();
  #elk: ELK | undefined;
  /** Ends the layout that is under way. */
  #fail: (reason: string) => void = () => {};
  #count = 0;

  /** @param changed a chart that was asked for is there */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** @param built our own machines' charts as SVG, by their ids; undefined if there are none to be had */
  async load(built: Promise<Readonly<Record<string, string>> | undefined>): Promise<void> {
    const late = setTimeout(() => {
      this.#areLate = true;
      this.#changed();
    }, SIMPLE_MS);
    this.#built = (await built) ?? {};
    clearTimeout(late);
    this.#changed();
  }

  /** @param closed composite states that are shown as one box each */
  find(actor: Drawn | undefined, definitions: Definitions, closed: ReadonlySet<string>): Drawing {
    if (!actor) return { key: 'none', note: 'Choose an actor.' };
    const { name, machine, isForeign, chart } = actor;
    if (machine === undefined)
      return {
        key: `plain ${name}`,
        note: `${name} is no machine, or its program told no definition of it.`,
      };
    const text = chart === undefined ? undefined : definitions.get(chart)?.definition;
    const isAsBuilt = !isForeign && (closed.size === 0 || text === undefined);
    const own = isAsBuilt ? this.#own(machine, text) : undefined;
    if (own) return own;
    if (text === undefined)
      return {
        key: `untold ${machine}`,
        note: `No definition of ${machine} was told, or it is kept no longer.`,
      };
    const known = [text, ...[...closed].sort()].join('\n');
    return this.#made.get(known) ?? this.#make(machine, text, known, closed);
  }

  /** As it was laid out when the page was built; undefined for a machine that was not. */
  #own(machine: string, text: string | undefined): Drawing | undefined {
    const key = `own ${machine}`;
    const of = text ?? key;
    if (this.#built) {
      const svg = Object.hasOwn(this.#built, machine) ? this.#built[machine] : undefined;
      return svg === undefined ? undefined : { key, of, svg };
    }
    if (!this.#areLate || text === undefined) return { key: `${key} …`, of, note: `Drawing ${machine} …` };
    const known = `so far ${text}`;
    return this.#made.get(known) ?? this.#keep(known, { key: `${key} so far`, of, ...soFar(machine, text) });
  }

  #make(machine: string, text: string, known: string, closed: ReadonlySet<string>): Drawing {
    this.#count += 1;
    const key = `made ${this.#count}`;
    try {
      const graph = graphFrom(text, closed);
      this.#draw(machine, graph, (made, isSoFar) => {
        this.#keep(known, { key: isSoFar ? `${key} so far` : key, of: text, ...made });
        this.#changed();
      });
      return this.#keep(known, { key: `${key} …`, of: text, note: `Drawing ${machine} …` });
    } catch (error) {
      return this.#keep(known, { key, of: text, ...notDrawn(machine, error) });
    }
  }

  #keep(known: string, drawing: Drawing): Drawing {
    this.#made.set(known, drawing);
    const [oldest] = this.#made.keys();
    if (this.#made.size > DEFINITIONS && oldest !== undefined) this.#made.delete(oldest);
    return drawing;
  }

  /** However long the layout library takes to come, and the charts before this one: soon its states are seen. */
  #draw(machine: string, graph: ChartGraph, show: (made: Made, isSoFar: boolean) => void): void {
    const simply = (why: string): Made => drawnSimply(machine, graph, why);
    const late = setTimeout(() => show(simply(' as long as it is being laid out'), true), SIMPLE_MS);
    this.#last = this.#last
      .then(() => this.#placed(graph))
      .then(
        (chart) => ({ svg: toSvg(chart, { title: titleOf(machine) }) }),
        (error) => simply(`: ${reasonOf(error)}`),
      )
      .catch((error) => notDrawn(machine, error))
      .then((made) => {
        clearTimeout(late);
        show(made, false);
      });
  }

  /** @throws {NotDrawn} if it takes too long, or what lays it out is not there */
  async #placed(graph: ChartGraph): Promise<Chart> {
    const failed = Promise.withResolvers<never>();
    const fail = (reason: string): void => {
      this.#elk?.terminateWorker();
      this.#elk = undefined;
      failed.reject(new NotDrawn(reason));
    };
    this.#fail = fail;
    this.#elk ??= startElk((reason) => this.#fail(reason));
    // What it answers first of all: it is there. A slow machine would never have it if it were loaded anew for each chart.
    await Promise.race([this.#elk.knownLayoutAlgorithms(), failed.promise]);
    const timer = setTimeout(
      () => fail(`a better layout takes more than ${LAYOUT_MS / 1000} seconds`),
      LAYOUT_MS,
    );
    return Promise.race([layOut(graph, this.#elk), failed.promise]).finally(() => clearTimeout(timer));
  }
}

/** The package's default export is the class, which its types put one level deeper. */
const Elk = ElkConstructor as unknown as typeof ElkConstructor.default;

const startElk = (fail: (reason: string) => void): ELK =>
  new Elk({
    workerFactory: () => {
      const worker = new Worker('/elk.js');
      worker.addEventListener('error', () => fail('the layout library cannot be loaded'));
      return worker;
    },
  });

const titleOf = (machine: string): string => `${machine}, a state machine`;

/** @throws {NotDrawn} if it is too large, or no definition of a machine */
const graphFrom = (text: string, closed: ReadonlySet<string> = new Set()): ChartGraph =>
  summarised(folded(graphOf(describeDefinition(text)), closed));

const drawnSimply = (machine: string, graph: ChartGraph, why: string): Made => ({
  svg: toSvg(layOutSimply(graph), { title: titleOf(machine) }),
  note: `Drawn simply, without words at its wires${why}. Point at a wire to read its events.`,
});

function soFar(machine: string, text: string): Made {
  try {
    return drawnSimply(machine, graphFrom(text), ' as long as its chart is on its way');
  } catch (error) {
    return notDrawn(machine, error);
  }
}

const notDrawn = (machine: string, error: unknown): Made => ({
  note: `${machine} cannot be drawn: ${reasonOf(error)}.`,
});

const reasonOf = (error: unknown): string =>
  error instanceof NotDrawn
    ? error.message
    : `its layout fails (${error instanceof Error ? error.message : error})`;
