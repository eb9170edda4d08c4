/** All servers of a draw must be configured alike. The configuration of the first one stands in the log. */
import { areSame, type BetRules } from '../lottery/rules.ts';
import { StorageError } from '../store/errors.ts';
import type { Ledger } from '../store/ledger.ts';

type Configured = { draw: string; agencies: number; agenciesFrom: number; rules: BetRules };

/** @throws StorageError OTHER_DRAW if this server is configured otherwise */
export function expectSameDraw({ draw, agencies, agenciesFrom, rules }: Configured, ledger: Ledger): void {
  const differ = (what: string, theirs: unknown, ours: unknown): StorageError =>
    new StorageError(
      'OTHER_DRAW',
      `the log is of draw "${ledger.draw}" with ${what} ${theirs}, this server has ${ours}: all servers of a draw are configured alike`,
    );
  if (ledger.draw !== draw) throw differ('DRAW_NAME', `"${ledger.draw}"`, `"${draw}"`);
  if (ledger.roll !== agencies) throw differ('AGENCIES', ledger.roll, agencies);
  if (ledger.first !== agenciesFrom) throw differ('AGENCIES_FROM', ledger.first, agenciesFrom);
  if (!areSame(ledger.rules, rules))
    throw differ('rules of a bet', JSON.stringify(ledger.rules), JSON.stringify(rules));
}
