import { howMany } from '../../machines/how-many.ts';
import { checkDataArguments } from '../data/arguments.ts';
import { generateAgencies } from '../data/generate.ts';
import { interruption } from '../runtime/interruption.ts';
import { typed } from './typed.ts';

type DataOptions = { agencies: string; bets: string; seed: string; out: string; missing?: boolean };

/** `quiniela data`: makes the agencies' files. @throws {UserError} if an option is bad */
export const run = async ({ agencies, bets, seed, out, missing = false }: DataOptions): Promise<number> => {
  const { files, rows, bytes } = await generateAgencies({
    ...checkDataArguments({ agencies, bets, seed }, typed),
    dir: out,
    onlyMissing: missing,
    signal: interruption(),
  });
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(
    `${out}: ${howMany(files.length, 'file')}, ${rows.toLocaleString('en')} bet${rows === 1 ? '' : 's'}, ${size}`,
  );
  return 0;
};
