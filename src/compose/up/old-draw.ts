/** A draw that is there from before, in volumes whose containers have gone: after a `docker compose down` by hand. */
import { realpathSync } from 'node:fs';
import { parse } from 'yaml';
import { UserError } from '../../errors.ts';
import { readRegularSync } from '../../input/regular-file.ts';
import { cloneOfVolume } from '../engine.ts';

/** The name of the draw for which a compose file was written; undefined if it is none of a cluster, or not there. */
export function writtenDraw(file: string): string | undefined {
  try {
    const { services } = parse(readRegularSync(file), { merge: true, maxAliasCount: -1 });
    return services.server.environment.DRAW_NAME;
  } catch {
    return undefined;
  }
}

/** A server alone has its draw in the first; the nodes of an engine in the others. */
const KINDS = { draw: 'a server alone', nats1: 'a cluster' } as const;

/**
 * Beside one of the other kind nobody would ask for it any more, and `make down` would remove it without a copy.
 *
 * @param volumes that are wanted
 * @throws {UserError} `VOLUME` if this clone has a draw of the other kind
 */
export function checkOtherKind(root: string, project: string, volumes: readonly string[]): void {
  for (const [name, kind] of Object.entries(KINDS)) {
    const volume = `${project}_${name}`;
    if (volumes.includes(name) || cloneOfVolume(volume) !== realpathSync(root)) continue;
    const text = `the draw of ${kind} is in the volume ${volume}: make down first, which keeps its files`;
    throw new UserError('VOLUME', text);
  }
}
