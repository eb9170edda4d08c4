/** What a seed means: how many agencies with which bets, and what goes wrong when. */
import { type Bet, csvRow } from '../../src/lottery/bet.ts';
import { WINNING_NUMBER } from '../../src/lottery/draw.ts';
import type { Random } from '../crash/random.ts';

export type Fault =
  | { kind: 'cut' } // one connection
  | { kind: 'partition'; ms: number } // nobody reaches the server
  | { kind: 'killServer' } // the process dies, what it wrote stays
  | { kind: 'powerLoss' } // what was not synced may be gone
  | { kind: 'stopServer' } // SIGTERM
  | { kind: 'killAgency'; agency: number }
  | { kind: 'failSync' } // the next sync fails
  | { kind: 'fullDisk' }; // until the server is restarted

export type Scenario = {
  agencies: readonly {
    dialect: 'quiniela' | 'tp0';
    bets: readonly Bet[];
    maxAmount: number;
    window: number;
  }[];
  faults: readonly { at: number; fault: Fault }[];
};

/** Simulated milliseconds in which things go wrong; afterwards all must come to its end. */
export const TROUBLE_MS = 3_000;

const NAMES = ['Ana', 'José María', 'Peña, la', 'O"Higgins', 'Ñandú', '100%', 'a;b', 'Łódź 🎲'];
/** The original's dialect cannot say these names' separators. */
const PLAIN_NAMES = ['Ana', 'José María', 'Ñandú', 'Lionel'];

const makeBet = (agency: number, index: number, dialect: string, random: Random): Bet => ({
  agency,
  firstName: random.pick(dialect === 'tp0' ? PLAIN_NAMES : NAMES),
  lastName: random.pick(PLAIN_NAMES),
  document: String(agency * 1_000_000 + index).padStart(8, '0'),
  birthdate: '1999-03-17',
  number: random.between(0, 9) === 0 ? WINNING_NUMBER : random.between(0, 9999),
});

const makeFault = (random: Random, agencies: number): Fault => {
  const kinds = [
    'cut',
    'cut',
    'cut',
    'partition',
    'killServer',
    'powerLoss',
    'stopServer',
    'failSync',
    'fullDisk',
  ];
  const kind = random.pick([...kinds, 'killAgency', 'killAgency']) as Fault['kind'];
  if (kind === 'partition') return { kind, ms: random.between(10, 1_000) };
  if (kind === 'killAgency') return { kind, agency: random.between(1, agencies) };
  return { kind };
};

export const makeScenario = (random: Random): Scenario => {
  const count = random.between(1, 4);
  const agencies = Array.from({ length: count }, (_, index) => {
    const dialect = random.between(0, 3) === 0 ? ('tp0' as const) : ('quiniela' as const);
    const length = random.pick([0, 1, random.between(2, 20), random.between(20, 80)]);
    const bets = Array.from({ length }, (_, bet) => makeBet(index + 1, bet, dialect, random));
    const window = dialect === 'tp0' ? 1 : random.between(1, 8);
    return { dialect, bets, maxAmount: random.between(1, 10), window };
  });
  const faults = Array.from({ length: random.between(0, 8) }, () => ({
    at: random.between(0, TROUBLE_MS),
    fault: makeFault(random, count),
  }));
  return { agencies, faults: faults.sort((a, b) => a.at - b.at) };
};

/** The agency's file as it stands on its disk: its rows in bets.csv without the agency's number. */
export const fileOf = (bets: readonly Bet[]): Buffer =>
  Buffer.concat(bets.map((bet) => csvRow(bet).subarray(String(bet.agency).length + 1)));
