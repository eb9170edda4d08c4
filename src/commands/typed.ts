/**
 * What the user calls an option: by make it was a variable, `AGENCIES=x`; by the program's own name `--agencies x`.
 *
 * @param variable its name in the Makefile, if it is another one
 */
export const typed = (option: string, variable = option.toUpperCase()): string =>
  process.env.MAKELEVEL === undefined ? `--${option}` : variable;
