/** A compose file that is started as it stands: are the files there that its agencies will read? */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadAgencyConfig } from '../../config/agency.ts';
import { fleetIds } from '../../config/fleet-ids.ts';
import { agencyFileName } from '../../data/file-name.ts';
import { UserError } from '../../errors.ts';
import { flawOf } from '../agency-files.ts';
import { checkDataFolder } from '../write.ts';
import { nearer, refuseFlaws, shortened, WITH_FILES } from './files.ts';

/** As our templates have it. Whoever has written it in another form knows more of it than we do. */
export type Service = {
  container_name?: string;
  environment?: { CLI_ID?: unknown; AGENCY_MODE?: unknown } | unknown[];
  volumes?: ({ target?: unknown; source?: unknown } | string)[];
};

/**
 * @param file the compose file, from whose folder relative paths go
 * @param root the clone
 * @throws {UserError} `DATA`, with what makes them where they may be made; `CONFIG_…` if docker/agency.yaml is bad
 */
export function checkWrittenFiles(services: readonly Service[], file: string, root: string): void {
  const folders = new Map<string, number[]>();
  for (const service of services) {
    const sourceOf = mountsOf(service, file);
    for (const id of readersOf(service, root)) {
      // Where the file is a link, what it leads to is mounted by itself.
      const linked = sourceOf(`/data/${agencyFileName(id)}`);
      if (linked !== undefined && !existsSync(linked))
        throw new UserError(
          'DATA',
          `agency ${id} is to read ${JSON.stringify(nearer(linked))}, which does not exist`,
        );
      const folder = linked === undefined ? sourceOf('/data') : undefined;
      if (folder !== undefined) folders.set(folder, [...(folders.get(folder) ?? []), id]);
    }
  }
  for (const [folder, ids] of folders) {
    if (existsSync(folder)) checkDataFolder(folder);
    const flaws = ids.flatMap((id) => flawOf(folder, id) ?? []);
    refuseFlaws(folder, flaws);
    const missing = ids.filter((id) => !existsSync(join(folder, agencyFileName(id))));
    if (missing.length === 0) continue;
    const make = `: make data AGENCIES=${Math.max(...ids)} MISSING=1 makes them`;
    const text = `${JSON.stringify(nearer(folder))} has no file agency-N.csv for agency ${shortened(missing)}`;
    throw new UserError('DATA', folder === join(root, '.data') ? text + make : text);
  }
}

/** The agencies of a service that read files; none if it is no agency, or one of the modes echo and bet. */
function readersOf({ environment = {} }: Service, root: string): number[] {
  if (Array.isArray(environment) || environment.CLI_ID === undefined) return [];
  const { CLI_ID, AGENCY_MODE } = environment;
  const mode = AGENCY_MODE === undefined ? usualMode(root) : String(AGENCY_MODE);
  if (!WITH_FILES.includes(mode)) return [];
  const id = String(CLI_ID);
  return fleetIds(id) ?? (/^\d+$/.test(id) ? [Number(id)] : []);
}

const usualMode = (root: string): string =>
  loadAgencyConfig({ file: join(root, 'docker', 'agency.yaml'), env: {}, id: 1 }).config.mode;

/** What of this machine a service has in a place. */
const mountsOf =
  ({ volumes = [] }: Service, file: string) =>
  (place: string): string | undefined => {
    for (const volume of volumes) {
      if (typeof volume === 'string' || volume.target !== place || typeof volume.source !== 'string')
        continue;
      return resolve(dirname(file), volume.source);
    }
    return undefined;
  };
