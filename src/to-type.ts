/** What a user can type next. */

/** A word that a shell takes as it stands, whatever is in it: without backslashes, which a log doubles. */
export const inQuotes = (word: string): string => `'${word.replaceAll("'", `'"'"'`)}'`;

/** The same, with quotes only if it needs them. */
export const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : inQuotes(word));

/** A command on a draw's folder, as what runs was typed itself: by make, or by the program's own name. */
export const commandOn = (dir: string, command: 'recover' | 'verify', { force = false } = {}): string =>
  process.env.MAKELEVEL === undefined
    ? `quiniela ${command}${force ? ' --force' : ''} ${quoted(dir)}`
    : `make ${command} DIR=${quoted(dir)}${force ? ' FORCE=1' : ''}`;
