/** `1 bet`, `2 bets`: how many there are of what. */
export const howMany = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
