/** What a seed means to a cluster: the agencies of one draw, and what goes wrong between servers and engine. */
import type { Random } from '../../crash/random.ts';
import { type Fault, makeScenario, type Scenario, TROUBLE_MS } from '../scenario.ts';

export type ClusterFault =
  | Extract<
      Fault,
      { kind: 'cut' | 'stall' | 'partition' | 'isolate' | 'killAgency' | 'twin' | 'visit' | 'stranger' }
    >
  | { kind: 'killServer'; server: number }
  | { kind: 'stopServer'; server: number }
  | { kind: 'loseLeader'; ms: number } // nobody reaches the engine
  | { kind: 'cutServer'; server: number; ms: number } // one server does not
  | { kind: 'breakReadings' }
  | { kind: 'setBack'; entries: number }; // as after a backup was restored

export type ClusterScenario = Scenario & {
  servers: number;
  faults: readonly { at: number; fault: ClusterFault }[];
  /** Proposals are lost, doubled and late for so long. */
  roughMs: number;
};

/** The server does not wait so long for anybody's coming back. */
const SHORT_MS = 10_000;

const isOfClusters = (fault: Fault): fault is Extract<ClusterFault, Fault> =>
  ['cut', 'stall', 'partition', 'killAgency', 'twin', 'visit', 'stranger'].includes(fault.kind) ||
  (fault.kind === 'isolate' && fault.ms < SHORT_MS);

const makeFault = (random: Random, servers: number): ClusterFault => {
  const server = random.between(1, servers);
  return random.pick<() => ClusterFault>([
    ...Array(3).fill(() => ({ kind: 'killServer', server })),
    () => ({ kind: 'stopServer', server }),
    ...Array(2).fill(() => ({ kind: 'loseLeader', ms: random.between(100, 8_000) })),
    ...Array(2).fill(() => ({ kind: 'cutServer', server, ms: random.between(100, 10_000) })),
    () => ({ kind: 'breakReadings' }),
    () => ({ kind: 'setBack', entries: random.between(1, 6) }),
  ])();
};

export const makeClusterScenario = (random: Random): ClusterScenario => {
  const { agencies, draws } = makeScenario(random);
  const [draw] = draws;
  if (!draw) throw new Error('a scenario has a draw');
  const servers = random.pick([1, 2, 2, 3, 3]);
  const own = Array.from({ length: random.between(0, 5) }, () => ({
    at: random.between(0, TROUBLE_MS),
    fault: makeFault(random, servers),
  }));
  const others = draw.faults.flatMap(({ at, fault }) => (isOfClusters(fault) ? [{ at, fault }] : []));
  return {
    agencies,
    draws: [{ ...draw, faults: [] }],
    servers,
    faults: [...own, ...others].sort((a, b) => a.at - b.at),
    roughMs: random.pick([0, TROUBLE_MS, 2 * TROUBLE_MS]),
  };
};

export const describeCluster = ({ servers, faults, roughMs }: ClusterScenario): string =>
  [
    `${servers} servers, an engine that is rough for ${roughMs} ms`,
    ...faults.map(({ at, fault }) => `  ${at} ms ${JSON.stringify(fault)}`),
  ].join('\n');
