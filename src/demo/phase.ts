/** What is going on, in a line: who has started, whom the draw waits for, who knows its winners. */
import { counted, grouped } from '../numbers.ts';
import { isFinished, type Sums } from './progress.ts';

/** Of so many the numbers are said. */
const NAMED = 5;

const listed = (numbers: readonly number[]): string =>
  numbers.length > NAMED
    ? `${numbers.slice(0, NAMED - 1).join(', ')} and ${grouped(numbers.length - NAMED + 1)} more`
    : new Intl.ListFormat('en').format(numbers.map(String));

/** Those that the draw waits for. */
const missing = ({ latest }: Sums): number[] =>
  [...latest.values()].filter((progress) => !isFinished(progress)).map(({ agency }) => agency);

export function phaseOf(sums: Sums): string {
  const { heard, finished, told } = sums.tally;
  const all = sums.latest.size;
  const of = (count: number): string => `${grouped(count)} of ${grouped(all)}`;
  if (heard < all && told === 0) return `starting: ${of(heard)} are there`;
  if (finished === 0) return 'uploading';
  if (finished < all) {
    const late = missing(sums);
    return `${of(finished)} ${finished === 1 ? 'has' : 'have'} finished, the draw waits for ${late.length === 1 ? 'agency' : 'agencies'} ${listed(late)}`;
  }
  if (told < all) return `all have finished: the draw; ${of(told)} know their winners`;
  return `${counted(all, 'agency', 'agencies')} know${all === 1 ? 's its' : ' their'} winners, and leave`;
}
