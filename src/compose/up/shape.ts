/** What kind of system there is: a project's containers, told from those that are wanted. */
import type { AgencyMode } from '../../config/agency.ts';
import type { Container } from '../engine.ts';

export type Shape = Readonly<{
  agencies: number;
  /** Undefined: one, which keeps its draw in a folder. */
  servers?: number | undefined;
  mode: AgencyMode;
  isFleet: boolean;
}>;

const SERVER = /^server\d*$/;

const AGENCY = /^client\d+$/;

/** Of one agency, or of a fleet. */
export const isAgency = (name: string): boolean => AGENCY.test(name) || name === 'clients';

/**
 * @param of the project's containers
 * @param mode that of agencies which leave it to the configuration file
 * @returns undefined if there is neither server nor agency
 */
export function shapeOf(of: readonly Container[], mode: AgencyMode): Shape | undefined {
  const fleet = of.find(({ name }) => name === 'clients');
  const apart = of.filter(({ name }) => AGENCY.test(name));
  const [agency = fleet] = apart;
  if (agency === undefined && !of.some(({ name }) => name === 'server')) return undefined;
  const servers = clusterOf(of);
  return {
    ...(servers !== undefined && { servers }),
    agencies: fleet ? Number(fleet.env.CLI_ID?.split('-')[1] ?? 0) : apart.length,
    mode: (agency?.env.AGENCY_MODE as AgencyMode | undefined) ?? mode,
    isFleet: fleet !== undefined,
  };
}

/** How many servers share an engine. */
function clusterOf(of: readonly Container[]): number | undefined {
  const servers = of.filter(({ name }) => SERVER.test(name));
  return servers.some(({ env }) => env.STORE_URL) ? servers.length : undefined;
}

/** Can what is there become what is wanted without a mixture of both? A server alone takes any agencies. */
export const fits = (there: Shape, wanted: Shape): boolean =>
  // Servers of a cluster come and go; but a draw is in an engine, or in a folder.
  (there.servers === undefined) === (wanted.servers === undefined) &&
  (there.agencies === 0 ||
    (there.agencies === wanted.agencies && there.isFleet === wanted.isFleet && there.mode === wanted.mode));

export const shapeText = ({ agencies, servers, mode, isFleet }: Shape): string => {
  const many = agencies === 1 ? '1 agency' : `${agencies} agencies`;
  const cluster = servers === undefined ? '' : ' and an engine';
  return agencies === 0
    ? `a server${cluster} without agencies`
    : `a system of ${many}${isFleet ? ' in one container' : ''}${cluster} in mode ${mode}`;
};
