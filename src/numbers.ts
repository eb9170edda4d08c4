/** Numbers as people read them. */

/** `26,936` */
export const grouped = (count: number): string => count.toLocaleString('en');

/** `1 winner`, `2 winners` */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
