/** Numbers as people read them. */

/** `26,936` */
export const grouped = (count: number): string => count.toLocaleString('en');

/** `1 winner`, `2 winners` */
export const counted = (count: number, one: string): string =>
  `${grouped(count)} ${one}${count === 1 ? '' : 's'}`;

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
