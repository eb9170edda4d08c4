/** Many servers in a compose file: an engine of three nodes keeps the draw, any number of servers work on it. */
import { Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { append, type Fragment, mapOf, pairOf } from './templates.ts';

/** Nodes of the engine: two of three are a majority, so one may be lost. */
export const ENGINE_NODES = ['nats1', 'nats2', 'nats3'] as const;

export const isEngineNode = ({ name }: { name: string }): boolean =>
  ENGINE_NODES.some((node) => node === name);

export const serversOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `server${index === 0 ? '' : index + 1}`);

/** Names of the containers of a cluster, besides the agencies'. */
export const clusterContainers = (servers: number): string[] => [...serversOf(servers), ...ENGINE_NODES];

/** A fragment by its name, filled; `id` for those of which there are many. */
type Read = (name: string, id?: number) => Fragment;

const spaced = ({ map }: Fragment): void => {
  for (const { key } of map.items) if (key instanceof Scalar) key.spaceBefore = true;
};

/** Turns the one server of a file into many, all behind its name, and adds the engine that they share. */
export function addCluster(base: YAMLMap, services: YAMLMap, servers: number, read: Read): void {
  const server = mapOf(services, 'server');
  server.anchor = 'server';
  const environment = mapOf(server, 'environment');
  environment.delete('STORE_DIR');
  append(environment, read('clustered'));
  // It keeps nothing.
  const { value: volumes } = pairOf(server, 'volumes');
  if (volumes instanceof YAMLSeq) volumes.items = volumes.items.filter((volume) => !isDraw(volume));
  pairOf(server, 'networks').value = networks();
  server.items.splice(server.items.indexOf(pairOf(server, 'healthcheck')), 0, ...dependencies().items);
  for (let id = 2; id <= servers; id++) {
    const next = read('next-server', id);
    spaced(next);
    append(services, next);
  }
  addEngine(base, services, read);
}

const isDraw = (volume: unknown): boolean => volume instanceof YAMLMap && volume.get('source') === 'draw';

/** Agencies find every server by the one name. */
function networks(): YAMLMap {
  const both = new YAMLMap();
  const named = new YAMLMap();
  named.set('aliases', ['server']);
  both.set('testing_net', named);
  both.set('engine_net', new YAMLMap());
  return both;
}

function dependencies(): YAMLMap {
  const all = new YAMLMap();
  for (const node of ENGINE_NODES) all.set(node, { condition: 'service_healthy' });
  const block = new YAMLMap();
  block.set('depends_on', all);
  return block;
}

function addEngine(base: YAMLMap, services: YAMLMap, read: Read): void {
  // The anchor must stand above the services that use it.
  const shared = read('engine-shared');
  const block = new YAMLMap();
  append(block, shared);
  spaced({ ...shared, map: block });
  base.items.splice(base.items.indexOf(pairOf(base, 'services')), 0, ...block.items);
  const volumes = mapOf(base, 'volumes');
  const { value: labels } = pairOf(volumes, 'draw');
  if (!(labels instanceof YAMLMap)) throw new Error('the volume of the template has no labels');
  volumes.items.splice(0);
  volumes.commentBefore =
    " Each node's part of the draw: names and documents. Docker calls them tp0_nats1, tp0_nats2, tp0_nats3.";
  for (const [index, name] of ENGINE_NODES.entries()) {
    const node = read('engine', index + 1);
    spaced(node);
    if (index === 0) append(mapOf(node.map, name), read('build-engine'));
    append(services, node);
    volumes.items.push(new Pair(new Scalar(name), labels.clone()));
  }
  append(mapOf(base, 'networks'), read('cluster-network'));
}
