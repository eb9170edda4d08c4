/** Whether a program is well, in the words that Kubernetes' own programs use. */

export type Check = { readonly name: string; readonly isWell: boolean; readonly says: string };

/** All checks, one a line, and what they come to. */
export const verbose = (name: string, checks: readonly Check[]): string => {
  const lines = checks.map(
    (check) => `[${check.isWell ? '+' : '-'}]${check.name} ${check.isWell ? 'ok' : 'failed'}: ${check.says}`,
  );
  return `${[...lines, `${name} check ${areWell(checks) ? 'passed' : 'failed'}`].join('\n')}\n`;
};

export const areWell = (checks: readonly Check[]): boolean => checks.every(({ isWell }) => isWell);
