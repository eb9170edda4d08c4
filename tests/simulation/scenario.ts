/** What a seed means: which agencies place which bets in which draws, and what goes wrong when. */
import type { Bet } from '../../src/lottery/bet.ts';
import type { Random } from '../crash/random.ts';
import { FIRST_SINGLE, makeBet } from './bets.ts';

/** What an operator starts of an agency, one after the other, each again until it succeeds. */
export type Job =
  /** One bet, always with the same id; `isBeside`: while the others are done, it may come too late. */
  | { kind: 'bet'; id: string; bet: Bet; isBeside: boolean }
  /** So many batches of the file, by hand: all in one go, then the end of this side. */
  | { kind: 'byHand'; batches: number; withBadBatch: boolean }
  /** So many batches of the file, without a draw. */
  | { kind: 'batches'; batches: number }
  /** The whole file, and its winners. */
  | { kind: 'lottery' };

/** Whoever else calls the server. */
export type Visit = 'echo' | 'pause' | 'nothing' | 'halfALine' | 'garbage' | 'flood' | 'longLine';

/** What a stranger says in an agency's name: nothing that an honest agency could have said as well. */
export type Words =
  | 'nothing'
  | 'wrongDone'
  | 'gap'
  | 'otherBets'
  | 'badBatch'
  | 'otherDraw'
  | 'tp0Garbage'
  | 'tp0Done'
  | 'tp0Bets';

export type Fault =
  | { kind: 'cut' } // one connection
  | { kind: 'stall'; ms: number } // nothing arrives on one connection, and then all
  | { kind: 'partition'; ms: number } // nobody reaches the server
  | { kind: 'isolate'; agency: number; ms: number } // one agency does not
  | { kind: 'killServer' } // the process dies, what it wrote stays
  | { kind: 'powerLoss' } // what was not synced may be gone
  | { kind: 'stopServer' } // SIGTERM
  | { kind: 'damage' } // a bit of its files is changed, or the end of bets.csv lost, while it is stopped
  | { kind: 'otherAgencies' } // it is started for more or fewer of them
  | { kind: 'killAgency'; agency: number; isSilent: boolean } // with its computer, if it is silent
  | { kind: 'twin'; agency: number } // the same process once more, beside the first
  | { kind: 'failSync' } // the next sync fails
  | { kind: 'fullDisk'; ms: number } // for that long, however often the server is started
  | { kind: 'visit'; visit: Visit }
  | { kind: 'stranger'; agency: number; words: Words }; // who says to be that agency

type Agency = {
  dialect: 'quiniela' | 'tp0';
  maxAmount: number;
  window: number;
  /** From where a process that is started again knows its draw: nowhere, by its configuration, by what it has kept. */
  memory: 'none' | 'told' | 'receipts';
};

type Draw = {
  /** Of each agency, in their order. */
  agencies: readonly { bets: readonly Bet[]; jobs: readonly Job[] }[];
  faults: readonly { at: number; fault: Fault }[];
};

export type Scenario = { agencies: readonly Agency[]; draws: readonly Draw[] };

/** Simulated milliseconds of a draw in which things go wrong; afterwards all must come to its end. */
export const TROUBLE_MS = 3_000;

/** Simulated milliseconds of patience with agencies that do not come for their winners. */
export const ANNOUNCE_MS = 60_000;

/** The server does not wait so long for anybody's coming back. */
const TOO_LONG_MS = 1.5 * ANNOUNCE_MS;

const VISITS: readonly Visit[] = ['echo', 'pause', 'nothing', 'halfALine', 'garbage', 'flood', 'longLine'];

const WORDS: readonly Words[] = [
  'nothing',
  'wrongDone',
  'gap',
  'otherBets',
  'badBatch',
  'otherDraw',
  'tp0Garbage',
  'tp0Done',
  'tp0Bets',
];

const makeFault = (random: Random, agencies: number): Fault => {
  const agency = random.between(1, agencies);
  const faults: readonly (() => Fault)[] = [
    ...Array(3).fill(() => ({ kind: 'cut' })),
    () => ({ kind: 'stall', ms: random.pick([100, 1_000, 8_000]) }),
    () => ({ kind: 'partition', ms: random.between(10, 1_000) }),
    () => ({ kind: 'isolate', agency, ms: random.between(10, 3_000) }),
    ...Array(2).fill(() => ({ kind: 'isolate', agency, ms: TOO_LONG_MS })),
    () => ({ kind: 'killServer' }),
    () => ({ kind: 'powerLoss' }),
    () => ({ kind: 'stopServer' }),
    () => ({ kind: 'damage' }),
    () => ({ kind: 'otherAgencies' }),
    ...Array(2).fill(() => ({ kind: 'killAgency', agency, isSilent: random.between(0, 2) === 0 })),
    () => ({ kind: 'twin', agency }),
    () => ({ kind: 'failSync' }),
    () => ({ kind: 'fullDisk', ms: random.pick([0, 0, 1_500]) }),
    ...Array(2).fill(() => ({ kind: 'visit', visit: random.pick(VISITS) })),
    ...Array(3).fill(() => ({ kind: 'stranger', agency, words: random.pick(WORDS) })),
  ];
  return random.pick(faults)();
};

const makeJobs = (random: Random, { dialect, memory }: Agency, draw: number, agency: number): Job[] => {
  const jobs: Job[] = [];
  if (random.between(0, 3) === 0) {
    const batches = random.between(1, 4);
    jobs.push({ kind: 'byHand', batches, withBadBatch: random.between(0, 1) === 1 });
  }
  if (dialect === 'quiniela') {
    const singles = random.pick([0, 0, 0, 1, 2]);
    for (let index = FIRST_SINGLE; index < FIRST_SINGLE + singles; index++) {
      const bet = makeBet(random, { draw, agency, index, isPlain: false });
      const isBeside = memory === 'told' && random.between(0, 1) === 1;
      jobs.push({ kind: 'bet', id: `bet-${draw}-${agency}-${index}`, bet, isBeside });
    }
    if (random.between(0, 5) === 0) jobs.push({ kind: 'batches', batches: random.between(1, 3) });
  }
  return [...jobs, { kind: 'lottery' }];
};

const makeDraw = (random: Random, agencies: readonly Agency[], draw: number): Draw => {
  const most = draw === 1 ? 8 : 4;
  return {
    agencies: agencies.map((agency, place) => {
      const length = random.pick([0, 1, random.between(2, 20), random.between(20, 80)]);
      const isPlain = agency.dialect === 'tp0';
      const bets = Array.from({ length }, (_, index) =>
        makeBet(random, { draw, agency: place + 1, index, isPlain }),
      );
      return { bets, jobs: makeJobs(random, agency, draw, place + 1) };
    }),
    faults: Array.from({ length: random.between(0, most) }, () => ({
      at: random.between(0, TROUBLE_MS),
      fault: makeFault(random, agencies.length),
    })).sort((a, b) => a.at - b.at),
  };
};

export const makeScenario = (random: Random): Scenario => {
  const agencies = Array.from({ length: random.between(1, 4) }, (): Agency => {
    const dialect = random.between(0, 3) === 0 ? 'tp0' : 'quiniela';
    const window = dialect === 'tp0' ? 1 : random.between(1, 8);
    const memory = dialect === 'tp0' ? 'none' : random.pick(['none', 'told', 'receipts'] as const);
    return { dialect, maxAmount: random.between(1, 10), window, memory };
  });
  const draws = random.pick([1, 1, 1, 2, 2, 3]);
  return {
    agencies,
    draws: Array.from({ length: draws }, (_, index) => makeDraw(random, agencies, index + 1)),
  };
};

/** For a failing seed's report: what it meant. */
export const describeScenario = ({ agencies, draws }: Scenario): string =>
  draws
    .flatMap((draw, index) => [
      `draw ${index + 1}`,
      ...draw.agencies.map(({ bets, jobs }, place) => {
        const { dialect, maxAmount, window } = agencies[place]!;
        const todo = jobs.map(({ kind }) => kind).join(', ');
        return `  agency ${place + 1}: ${dialect}, ${bets.length} bets by ${maxAmount}, window ${window}: ${todo}`;
      }),
      ...draw.faults.map(({ at, fault }) => `  ${at} ms ${JSON.stringify(fault)}`),
    ])
    .join('\n');
