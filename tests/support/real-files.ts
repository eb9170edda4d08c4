import { join } from 'node:path';

/** The folder of the real agencies' files, if they are there: they are not part of this repository. */
export const REAL_FILES = join(import.meta.dirname, '../../../shared/data');
