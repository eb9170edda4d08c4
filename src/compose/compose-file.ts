/** Merges the fragments of compose-templates/ into one compose file, their comments included. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isMap, isSeq, parseDocument, type Scalar, YAMLMap } from 'yaml';
import type { AgencyMode } from '../config/agency.ts';
import { findRepository, folderOf, nameFrom } from './places.ts';
import { sampleBet } from './sample-bets.ts';
import { subnetFor } from './subnet.ts';
import {
  append,
  escapeDollars,
  type Fragment,
  fill,
  mapOf,
  pairOf,
  readFragment,
  type Values,
} from './templates.ts';

export type ComposeOptions = {
  /** Where the file will be: the paths in it start there. */
  file: string;
  /** Agencies, 0 to 10,000. */
  clients: number;
  /** What the agencies do; undefined leaves it to the mounted docker/agency.yaml. */
  mode?: AgencyMode | undefined;
  /** All agencies in one container, not one for each. */
  fleet?: boolean | undefined;
  /** Also an inspector, and every process tells it of its machines. */
  inspect?: boolean | undefined;
  /** Folder of the agencies' files; `.data` of the repository unless told. */
  data?: string | undefined;
  /** Folder of server.yaml and agency.yaml; `docker` of the repository unless told. */
  config?: string | undefined;
};

/** The folder that the agencies' files are mounted from. */
export const dataFolder = (options: ComposeOptions): string =>
  resolve(options.data ?? join(findRepository(), '.data'));

const filled = ({ map, comment }: Fragment, values: Values): Fragment => ({
  map: fill(map, values),
  comment,
});

/** Exercise 5: agency 1 takes its bet from the environment of `docker compose`, where one is set. */
function betValues(id: number): Values {
  const bet = Object.entries(sampleBet(id));
  const variables = ['NOMBRE', 'APELLIDO', 'DOCUMENTO', 'NACIMIENTO', 'NUMERO'];
  if (id !== 1) return Object.fromEntries(bet);
  return Object.fromEntries(bet.map(([name, value], i) => [name, `\${${variables[i]}:-${value}}`]));
}

/** Names of the agencies' containers: one for each, or one for all. */
const containersOf = ({ clients, fleet }: ComposeOptions): string[] =>
  fleet ? ['clients'] : Array.from({ length: clients }, (_, index) => `client${index + 1}`);

/**
 * The text of a compose file: the same for the same options.
 *
 * @throws {UserError} `FILE` where the folder of the file does not exist
 */
export function composeFile(options: ComposeOptions): string {
  const repository = findRepository();
  const folder = folderOf(options.file);
  const place = (path: string) => escapeDollars(nameFrom(folder, path));
  // The inspector needs an address like an agency.
  const subnet = subnetFor(containersOf(options).length + (options.inspect ? 1 : 0));
  const values: Values = {
    root: place(repository),
    config: place(resolve(options.config ?? join(repository, 'docker'))),
    data: place(dataFolder(options)),
    agencies: options.clients,
    subnet: subnet.cidr,
  };

  const document = parseDocument(readFileSync(join(repository, 'compose-templates', 'base.yaml'), 'utf8'));
  const base = document.contents;
  if (!isMap(base)) throw new Error('base.yaml is no mapping');
  const services = new YAMLMap();
  pairOf(base, 'services').value = services;
  append(services, filled(readFragment(repository, 'server'), values));
  // Without agencies the server waits for its own default.
  if (options.clients === 0) mapOf(mapOf(services, 'server'), 'environment').delete('AGENCIES');
  else addClients(base, services, repository, values, options);
  if (options.inspect) {
    append(mapOf(mapOf(services, 'server'), 'environment'), readFragment(repository, 'inspected'));
    append(services, readFragment(repository, 'inspector'));
    (pairOf(services, 'inspector').key as Scalar).spaceBefore = true;
  }

  const addresses = base.getIn(['networks', 'testing_net', 'ipam', 'config']);
  if (isSeq(addresses) && subnet.comment !== undefined) addresses.commentBefore = subnet.comment;
  document.contents = fill(base, values);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function addClients(
  base: YAMLMap,
  services: YAMLMap,
  repository: string,
  values: Values,
  options: ComposeOptions,
): void {
  // The anchor must stand above the services that use it.
  const shared = filled(readFragment(repository, 'client'), values);
  const place = base.items.indexOf(pairOf(base, 'services'));
  const block = new YAMLMap();
  append(block, shared);
  base.items.splice(place, 0, ...block.items);
  for (const { key } of block.items) (key as Scalar).spaceBefore = true;

  const { mode, fleet, inspect } = options;
  const agency = readFragment(repository, fleet ? 'fleet' : 'agency');
  const modeFragment = mode === undefined ? undefined : readFragment(repository, `modes/${mode}`);
  for (const [index, name] of containersOf(options).entries()) {
    const id = index + 1;
    const own: Values = { ...values, id: String(id), ...(mode === 'bet' ? betValues(id) : {}) };
    const { map, comment } = filled(agency, own);
    const service = pairOf(map, name);
    service.key.spaceBefore = true;
    const body = mapOf(map, name);
    if (id === 1) {
      const { map: build, comment } = filled(readFragment(repository, 'build-client'), values);
      // Of a fleet there is nobody else to build it for.
      append(body, { map: build, comment: fleet ? undefined : comment });
    }
    if (modeFragment !== undefined) {
      const { map: variables, comment } = filled(modeFragment, own);
      append(mapOf(body, 'environment'), { map: variables, comment: id === 1 ? comment : undefined });
    }
    if (inspect)
      append(mapOf(body, 'environment'), {
        map: readFragment(repository, 'inspected').map,
        comment: undefined,
      });
    append(services, { map, comment });
  }
}
