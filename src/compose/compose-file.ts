/** Merges the fragments of compose-templates/ into one compose file, their comments included. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isMap, isSeq, parseDocument, type Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { AgencyMode } from '../config/agency.ts';
import { agencyFileName } from '../data/file-name.ts';
import { linkedFiles, realFolder } from './agency-files.ts';
import { secure } from './certificates.ts';
import { addCluster, clusterContainers, ENGINE_NODES } from './cluster.ts';
import { type Monitors, monitorNames } from './monitors.ts';
import { findRepository, folderOf, nameFrom } from './places.ts';
import { sampleBet } from './sample-bets.ts';
import { engineSubnetFor, type Subnet, subnetFor } from './subnet.ts';
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
  /** Agencies, 0 to MOST_AGENCIES. */
  clients: number;
  /** What the agencies do; undefined leaves it to the mounted docker/agency.yaml. */
  mode?: AgencyMode | undefined;
  /** All agencies in one container, not one for each. */
  fleet?: boolean | undefined;
  /** Also an inspector, and every process tells it of its machines. */
  inspect?: boolean | undefined;
  /** So many servers, which keep their draw in an engine; undefined: one, and its folder. */
  servers?: number | undefined;
  /** What the draw of many servers is called. */
  draw?: string | undefined;
  /** The upload takes a while, so that there is a middle of it. */
  paced?: boolean | undefined;
  /** The port of its page, in its container and on this machine; 8080 unless told. */
  inspectPort?: number | undefined;
  /** Also what watches them: the ports of each on this machine. Empty: the processes can be asked, and nobody does. */
  monitors?: Monitors | undefined;
  /** With TLS: the folder of `quiniela certs`. */
  certificates?: string | undefined;
  /** The network's addresses; those of the exercise unless told. */
  subnet?: Subnet | undefined;
  /** Those of the engine's network; next to the others unless told. */
  engineSubnet?: string | undefined;
  /** Folder of the agencies' files; `.data` of the repository unless told. */
  data?: string | undefined;
  /** Folder of server.yaml and agency.yaml; `docker` of the repository unless told. */
  config?: string | undefined;
};

/** The folder that the agencies' files are mounted from. What npm installs is no place for anybody's files. */
export const dataFolder = (options: Pick<ComposeOptions, 'data'>): string => {
  const repository = findRepository();
  const home = existsSync(join(repository, 'Makefile')) ? repository : '.';
  return realFolder(resolve(options.data ?? join(home, '.data')));
};

const INSPECT_PORT = 8_080;

const filled = ({ map, comment }: Fragment, values: Values): Fragment => ({
  map: fill(map, values),
  comment,
});

/** Exercise 5: agency 1 takes its bet from the environment of `docker compose`, if one is set. */
function betValues(id: number): Values {
  const bet = Object.entries(sampleBet(id));
  const variables = ['NOMBRE', 'APELLIDO', 'DOCUMENTO', 'NACIMIENTO', 'NUMERO'];
  if (id !== 1) return Object.fromEntries(bet);
  return Object.fromEntries(bet.map(([name, value], i) => [name, `\${${variables[i]}:-${value}}`]));
}

/** Names of the agencies' containers: one for each, or one for all. */
export const containersOf = ({ clients, fleet }: Pick<ComposeOptions, 'clients' | 'fleet'>): string[] =>
  fleet ? ['clients'] : Array.from({ length: clients }, (_, index) => `client${index + 1}`);

type Kind = Pick<ComposeOptions, 'clients' | 'fleet' | 'servers' | 'inspect' | 'monitors'>;

/** Names of all containers. */
export const allContainers = ({ servers, inspect, ...agencies }: Kind): string[] => [
  ...(servers === undefined ? ['server'] : clusterContainers(servers)),
  ...(inspect ? ['inspector'] : []),
  ...containersOf(agencies),
];

/** Names of the volumes that keep the draw. */
export const volumesOf = (servers: number | undefined): readonly string[] =>
  servers === undefined ? ['draw'] : ENGINE_NODES;

/** Addresses on the agencies' network, but for the first server's. */
export const addressesOf = ({ servers = 1, inspect, monitors = {}, ...agencies }: Kind): number =>
  containersOf(agencies).length + servers - 1 + (inspect ? 1 : 0) + monitorNames(monitors).length;

/**
 * The text of a compose file: the same for the same options.
 *
 * @throws {UserError} `FILE` if the folder of the file does not exist
 */
export function composeFile(options: ComposeOptions): string {
  const repository = findRepository();
  const folder = folderOf(options.file);
  const place = (path: string) => escapeDollars(nameFrom(folder, path));
  const monitors = monitorNames(options.monitors ?? {});
  // Further servers, the inspector and the monitors need an address like an agency.
  const subnet = options.subnet ?? subnetFor(addressesOf(options));
  const values: Values = {
    root: place(repository),
    config: place(resolve(options.config ?? join(repository, 'docker'))),
    data: place(dataFolder(options)),
    agencies: options.clients,
    subnet: subnet.cidr,
    clone: escapeDollars(realpathSync(repository)),
    draw: options.draw ?? '',
    'inspect-port': String(options.inspectPort ?? INSPECT_PORT),
    ...Object.fromEntries(monitors.map((name) => [`${name}-port`, String(options.monitors?.[name])])),
  };

  const document = parseDocument(readFileSync(join(repository, 'compose-templates', 'base.yaml'), 'utf8'));
  const base = document.contents;
  if (!isMap(base)) throw new Error('base.yaml is no mapping');
  const services = new YAMLMap();
  pairOf(base, 'services').value = services;
  append(services, filled(readFragment(repository, 'server'), values));
  if (options.servers !== undefined) {
    const shared = { ...values, 'engine-subnet': options.engineSubnet ?? engineSubnetFor(subnet.cidr) };
    addCluster(base, services, options.servers, (name, id = 1) =>
      filled(readFragment(repository, name), { ...shared, id: String(id) }),
    );
  }
  // Without agencies the server waits for its own default.
  if (options.clients === 0) mapOf(mapOf(services, 'server'), 'environment').delete('AGENCIES');
  else addClients(base, services, repository, values, options);
  const ofServer = mapOf(mapOf(services, 'server'), 'environment');
  if (options.monitors) append(ofServer, readFragment(repository, 'monitored'));
  if (options.inspect) append(ofServer, filled(readFragment(repository, 'inspected'), values));
  for (const name of [...(options.inspect ? ['inspector'] : []), ...monitors]) {
    append(services, filled(readFragment(repository, name), values));
    (pairOf(services, name).key as Scalar).spaceBefore = true;
  }

  const { certificates } = options;
  if (certificates !== undefined) {
    const shared = base.getIn(['x-client', 'volumes']);
    secure({
      repository,
      services,
      shared: isSeq(shared) ? shared : undefined,
      containers: ['server', ...containersOf(options)],
      agencies: options.clients,
      place: (name) => place(join(resolve(certificates), name)),
    });
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

  const { mode, fleet, inspect, paced, monitors } = options;
  const linked = linkedFiles(dataFolder(options), options.clients);
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
    const files = fleet ? linked : new Map([...linked].filter(([of]) => of === id));
    if (files.size > 0) body.set('volumes', mountsOf(repository, shared.map, files, options));
    // Thousands of agencies are one process or nobody's to ask.
    if (fleet && monitors)
      append(mapOf(body, 'environment'), {
        map: readFragment(repository, 'monitored').map,
        comment: undefined,
      });
    for (const extra of [...(inspect ? ['inspected'] : []), ...(paced ? ['paced'] : [])])
      append(mapOf(body, 'environment'), {
        map: filled(readFragment(repository, extra), values).map,
        comment: undefined,
      });
    append(services, { map, comment });
  }
}

/**
 * What an agency whose file is a link mounts instead of the folder: the files themselves. Where a link leads is not in
 * the container.
 */
function mountsOf(
  repository: string,
  shared: YAMLMap,
  linked: ReadonlyMap<number, string>,
  options: ComposeOptions,
): YAMLSeq {
  const [configuration] = (shared.getIn(['x-client', 'volumes']) as YAMLSeq).items as YAMLMap[];
  const mounts = new YAMLSeq<YAMLMap>();
  mounts.items.push(configuration!.clone() as YAMLMap);
  const folder = dataFolder(options);
  const ids = options.fleet
    ? Array.from({ length: options.clients }, (_, index) => index + 1)
    : linked.keys();
  for (const id of ids) {
    const name = agencyFileName(id);
    const file = escapeDollars(linked.get(id) ?? join(folder, name));
    mounts.items.push(fill(readFragment(repository, 'mounted-file').map, { file, name }));
  }
  return mounts;
}
