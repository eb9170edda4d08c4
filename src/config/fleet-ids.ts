import { UserError } from '../errors.ts';
import { agencyNumber } from './values.ts';

/**
 * The agencies of a fleet, `1-100`; undefined if `text` is no range, which is for the configuration to judge.
 *
 * @throws {UserError} `CONFIG_VALUE`
 */
export const fleetIds = (text: string | undefined): number[] | undefined => {
  const [, first, last] = /^([^-]+)-([^-]+)$/.exec(text ?? '') ?? [];
  if (first === undefined || last === undefined) return undefined;
  const [from, to] = [agencyNumber.parse(first), agencyNumber.parse(last)];
  if (from === undefined || to === undefined || from > to) {
    const allowed = `${agencyNumber.allowed}, or a range of them such as 1-100`;
    throw new UserError(
      'CONFIG_VALUE',
      `invalid configuration: id is ${JSON.stringify(text)}, must be ${allowed}`,
    );
  }
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
};
