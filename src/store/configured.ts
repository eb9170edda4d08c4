/** A folder goes on with the draw that it holds: a server that is configured for another one is refused, and the
 * message names both. */
import { howMany } from '../../machines/how-many.ts';
import { areSame, STANDARD_RULES } from '../lottery/rules.ts';
import { StorageError } from './errors.ts';
import { FIRST_AGENCY } from './journal.ts';
import { appendCommit, type OpenDraw, type RecoveryOptions } from './recovery.ts';

/**
 * Compares what was configured with what the journal says. A journal that does not say how many agencies take part,
 * which the first version did not, adopts the number once, in a line of its own. So are the rules that bets are held to,
 * unless they are the standard: verify needs them.
 *
 * @throws StorageError OTHER_DRAW
 */
export async function expectConfigured(
  options: RecoveryOptions & { drawName?: string | undefined },
  draw: OpenDraw,
): Promise<void> {
  const {
    dir,
    agencies,
    agenciesFrom = FIRST_AGENCY,
    rules = STANDARD_RULES,
    drawName,
    now,
    notice,
  } = options;
  const { ledger } = draw;
  const where = `draw "${ledger.draw}" in "${dir}"`;
  if (drawName !== undefined && drawName !== ledger.draw) {
    throw new StorageError(
      'OTHER_DRAW',
      `${where} is not over, DRAW_NAME is "${drawName}": go on with that draw, or use another folder`,
    );
  }
  const said = ledger.roll ?? ledger.highestAgency;
  const isOther = ledger.roll === undefined ? agencies < said : agencies !== said;
  if (isOther) {
    const least = ledger.roll === undefined ? 'at least ' : '';
    throw new StorageError(
      'OTHER_DRAW',
      `${where} is of ${least}${howMany(said, 'agency', 'agencies')}, AGENCIES is ${agencies}: go on with the same number, or use another folder`,
    );
  }
  if (ledger.first !== undefined && ledger.first !== agenciesFrom) {
    throw new StorageError(
      'OTHER_DRAW',
      `${where} numbers its agencies from ${ledger.first}, AGENCIES_FROM is ${agenciesFrom}: go on with the same number, or use another folder`,
    );
  }
  if (ledger.roll === undefined) {
    await appendCommit(draw, now(), { roll: agencies });
    ledger.roll = agencies;
    const details = { draw: ledger.draw, agencies };
    notice({ level: 'warn', action: 'adopt_agencies', result: 'success', details });
  }
  if (!ledger.ending.winners && !areSame(rules, ledger.rules)) {
    await appendCommit(draw, now(), { rules });
    ledger.rules = rules;
  }
}
