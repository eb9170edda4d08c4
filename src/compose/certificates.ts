/** TLS in a compose file: each container has its own certificate and key, the authority's certificate, and no other key. */
import { type YAMLMap, YAMLSeq } from 'yaml';
import { append, fill, mapOf, readFragment, type Values } from './templates.ts';

/** The names of what stands in a folder of `quiniela certs`, by container; the key of each beside it. */
const SERVER = ['server', 'health'];

const filesOf = (names: readonly string[]): string[] => [
  'ca.pem',
  ...names.flatMap((name) => [`${name}.pem`, `${name}.key`]),
];

const AGENCY = /^client(\d+)$/;

/** Whose certificates a container has. */
const namesOf = (container: string, agencies: number): readonly string[] => {
  if (container === 'server') return SERVER;
  const [, id] = AGENCY.exec(container) ?? [];
  return id === undefined
    ? Array.from({ length: agencies }, (_, index) => `agency-${index + 1}`)
    : [`agency-${id}`];
};

/** The files of a folder that containers mount. */
export const mountedFiles = (agencies: number): string[] => [
  ...new Set(filesOf([...SERVER, ...namesOf('clients', agencies)])),
];

type Securing = {
  repository: string;
  services: YAMLMap;
  /** What a container mounts that says nothing of mounts itself. */
  shared: YAMLSeq | undefined;
  /** The names of the containers that are secured: the server's, and the agencies'. */
  containers: readonly string[];
  agencies: number;
  /** A file's place, as the compose file names it. */
  place: (name: string) => string;
};

/** Gives each container its files, and tells its program where they are. */
export function secure({ repository, services, shared, containers, agencies, place }: Securing): void {
  for (const container of containers) {
    const service = mapOf(services, container);
    const variables = readFragment(repository, container === 'server' ? 'secured-server' : 'secured-agency');
    append(mapOf(service, 'environment'), variables);
    const mounts = volumesOf(service, shared);
    for (const name of filesOf(namesOf(container, agencies))) {
      const values: Values = { file: place(name), name };
      mounts.items.push(fill(readFragment(repository, 'mounted-certificate').map, values));
    }
  }
}

/** A container's own mounts; those that it shares are copied, as YAML's merge keys do not join lists. */
function volumesOf(service: YAMLMap, shared: YAMLSeq | undefined): YAMLSeq {
  const own = service.get('volumes');
  if (own instanceof YAMLSeq) return own;
  const copy = shared?.clone() as YAMLSeq | undefined;
  const volumes = copy ?? new YAMLSeq<YAMLMap>();
  service.set('volumes', volumes);
  return volumes;
}
