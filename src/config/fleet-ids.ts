import { UserError } from '../errors.ts';
import { agencyNumber, type ValueType } from './values.ts';

/** All agencies from one to another: `1-100`. */
export const agencyRange: ValueType<number[]> = {
  allowed: 'a range of agencies such as 1-100',
  parse(text) {
    const [, first = '', last = ''] = /^([^-]+)-([^-]+)$/.exec(text) ?? [];
    const [from, to] = [agencyNumber.parse(first), agencyNumber.parse(last)];
    if (from === undefined || to === undefined || from > to) return undefined;
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  },
};

/**
 * The agencies of a fleet, `1-100`; undefined if `text` is no range, which is for the configuration to judge.
 *
 * @throws {UserError} `CONFIG_VALUE`
 */
export const fleetIds = (text = ''): number[] | undefined => {
  if (!/^[^-]+-[^-]+$/.test(text)) return undefined;
  const ids = agencyRange.parse(text);
  if (ids !== undefined) return ids;
  const allowed = `${agencyNumber.allowed}, or a range of them such as 1-100`;
  throw new UserError(
    'CONFIG_VALUE',
    `invalid configuration: id is ${JSON.stringify(text)}, must be ${allowed}`,
  );
};
