/** The charts that are known, by the machine's id: each as SVG, and what stands in it by its ids. */

export type ChartTransition = {
  readonly id: string;
  /** `client.batch [fillsWindow]`, as it stands in the chart. */
  readonly text: string;
  readonly guard: string | undefined;
  /** Ids of states; no targets where it is answered without leaving its state. */
  readonly source: string;
  readonly targets: readonly string[];
};

export type ChartState = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly isComposite: boolean;
  /** Actors that live as long as it is active. */
  readonly actors: readonly string[];
};

export type Chart = {
  readonly svg: SVGSVGElement;
  readonly transitions: ReadonlyMap<string, ChartTransition>;
  readonly states: ReadonlyMap<string, ChartState>;
};

export class ChartLibrary {
  readonly #sources = new Map<string, string>();
  readonly #read = new Map<string, Chart>();

  add(charts: Readonly<Record<string, string>>): void {
    for (const [machine, source] of Object.entries(charts)) {
      this.#sources.set(machine, source);
      this.#read.delete(machine);
    }
  }

  /** A chart is read when it is asked for first. */
  get(machine: string | undefined): Chart | undefined {
    const source = machine === undefined ? undefined : this.#sources.get(machine);
    if (machine === undefined || source === undefined) return undefined;
    const known = this.#read.get(machine);
    if (known) return known;
    const chart = readChart(source);
    this.#read.set(machine, chart);
    return chart;
  }
}

/** The hub's own file, made from machines: the only markup that is taken as such. */
function readChart(source: string): Chart {
  const parsed = new DOMParser().parseFromString(source, 'image/svg+xml').documentElement;
  const svg = document.importNode(parsed, true) as unknown as SVGSVGElement;
  const targets = new Map<string, string[]>();
  for (const arrow of svg.querySelectorAll<SVGElement>('[data-arrow]')) {
    for (const id of (arrow.dataset.transitions ?? '').split(' ').filter(Boolean)) {
      const known = targets.get(id);
      if (known) known.push(arrow.dataset.to ?? '');
      else targets.set(id, [arrow.dataset.to ?? '']);
    }
  }
  const transitions = new Map<string, ChartTransition>();
  for (const line of svg.querySelectorAll<SVGElement>('[data-transition]')) {
    const id = line.dataset.transition ?? '';
    const text = line.textContent ?? '';
    const guard = /\[(.+)\]$/.exec(text)?.[1];
    transitions.set(id, {
      id,
      text,
      guard,
      source: id.slice(0, id.indexOf('|')),
      targets: targets.get(id) ?? [],
    });
  }
  const states = new Map<string, ChartState>();
  for (const state of svg.querySelectorAll<SVGElement>('[data-state]')) {
    const id = state.dataset.state ?? '';
    states.set(id, {
      id,
      title: state.querySelector('.title')?.textContent ?? '',
      description: state.querySelector('title')?.textContent ?? '',
      isComposite: state.matches('.compound, .parallel'),
      actors: [...state.querySelectorAll('.actor')].map((actor) =>
        (actor.textContent ?? '').replace('▸ ', ''),
      ),
    });
  }
  return { svg, transitions, states };
}
