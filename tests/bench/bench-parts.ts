/** What every part of the bench is given. */
import type { Settings } from './settings.ts';

export type Bench = {
  settings: Settings;
  /** A folder on the disk of the repository, removed at the end. */
  work: string;
  /** The bundled program. */
  file: string;
  /** Its sources, and those of its yardstick, which speaks as it does: this repository's if not given. */
  root?: string;
  /** The five agencies' files. */
  base: readonly Buffer[];
};

export const sumOf = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0);
