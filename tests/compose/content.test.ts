/** What stands in a compose file. */
import assert from 'node:assert/strict';
import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { type ComposeOptions, composeFile } from '../../src/compose/compose-file.ts';
import { sampleBet } from '../../src/compose/sample-bets.ts';
import { subnetFor } from '../../src/compose/subnet.ts';
import { REPOSITORY } from './shell.ts';

const compose = (options: Partial<ComposeOptions> = {}): string =>
  composeFile({ file: join(REPOSITORY, 'docker-compose-dev.yaml'), clients: 5, ...options });

const read = (text: string) => parse(text, { merge: true, maxAliasCount: -1 });

test('the same options give the same text', () => {
  assert.equal(compose(), compose());
  assert.equal(compose({ mode: 'bet', clients: 40 }), compose({ mode: 'bet', clients: 40 }));
});

test('the names are those of the exercise', () => {
  const { name, services, networks } = read(compose());
  assert.equal(name, 'tp0');
  assert.deepEqual(Object.keys(services), ['server', 'client1', 'client2', 'client3', 'client4', 'client5']);
  assert.equal(networks.testing_net.ipam.config[0].subnet, '172.25.125.0/24');
  for (const [service, body] of Object.entries<Record<string, string>>(services)) {
    const { container_name, image, pull_policy } = body;
    assert.equal(container_name, service);
    assert.equal(pull_policy, 'never', 'no registry is asked for them');
    assert.equal(image, service === 'server' ? 'server:latest' : 'client:latest');
  }
});

test('no port is published and every container gives up its rights', () => {
  for (const [name, service] of Object.entries<Record<string, unknown>>(read(compose()).services)) {
    assert.equal(service.ports, undefined);
    // The server's process 1 is its supervisor, which outlives what happens to the server.
    assert.equal(service.init, name === 'server' ? undefined : true);
    assert.equal(service.read_only, true);
    assert.deepEqual(service.cap_drop, ['ALL']);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
  }
});

test('the configuration is mounted read-only and nothing in the environment overrides it', () => {
  const { server, client3 } = read(compose()).services;
  assert.deepEqual(server.volumes[0], {
    type: 'bind',
    source: './docker/server.yaml',
    target: '/config/server.yaml',
    read_only: true,
    bind: { create_host_path: false },
  });
  assert.equal(client3.volumes[0].source, './docker/agency.yaml');
  assert.equal(client3.volumes[1].source, './.data');
  assert.equal(client3.volumes[1].read_only, true);
  assert.deepEqual(client3.environment, { CLI_ID: '3', CLI_DATA: '/data' });
  assert.deepEqual(server.environment, { AGENCIES: 5, STORE_DIR: '/data/draw', SERVER_NETWORK: 'private' });
});

test("the draw's folder is a volume with a name, and a label that says whose it is", () => {
  const { services, volumes } = read(compose());
  assert.deepEqual(services.server.volumes[1], { type: 'volume', source: 'draw', target: '/data' });
  assert.deepEqual(volumes, { draw: { labels: { 'quiniela.clone': realpathSync(REPOSITORY) } } });
});

test("the health probe asks the program's own configuration", () => {
  const { test: probe } = read(compose()).services.server.healthcheck;
  assert.deepEqual(probe.slice(-4, -1), ['/app/quiniela.mjs', 'echo', '--config=/config/server.yaml']);
  assert.ok(probe.includes('--allow-fs-read=/config/'));
  assert.deepEqual(probe.slice(0, 4), ['CMD', 'sh', '/app/healthy.sh', 'node']);
});

test('without agencies the server is alone and waits for its default', () => {
  const text = compose({ clients: 0 });
  const { services } = read(text);
  assert.deepEqual(Object.keys(services), ['server']);
  assert.deepEqual(services.server.environment, { STORE_DIR: '/data/draw', SERVER_NETWORK: 'private' });
  assert.doesNotMatch(text, /x-client|AGENCIES/);
});

test('each mode says what the agencies do', () => {
  for (const mode of ['lottery', 'batches', 'bet', 'echo'] as const) {
    const { services } = read(compose({ mode }));
    assert.equal(services.client1.environment.AGENCY_MODE, mode);
    assert.equal(services.client5.environment.AGENCY_MODE, mode);
    assert.equal('NOMBRE' in services.client2.environment, mode === 'bet');
  }
});

test('a single bet is valid, another one for each agency, and may come from the environment for the first', () => {
  const { client1, client2 } = read(compose({ mode: 'bet' })).services;
  assert.equal(client1.environment.DOCUMENTO, `\${DOCUMENTO:-${sampleBet(1).document}}`);
  assert.equal(client2.environment.DOCUMENTO, sampleBet(2).document);
  const documents = new Set<string>();
  for (let id = 1; id <= 10_000; id += 1) {
    const { document, birthdate, number } = sampleBet(id);
    assert.match(document, /^\d{8}$/);
    assert.equal(new Date(birthdate).toISOString().slice(0, 10), birthdate);
    assert.ok(birthdate > '1960-01-01' && birthdate < '2000-01-01', birthdate);
    assert.ok(Number(number) >= 0 && Number(number) <= 9_999, number);
    documents.add(document);
  }
  assert.equal(documents.size, 10_000);
});

test('the comments of the templates are kept, each once', () => {
  const text = compose({ mode: 'bet', clients: 30 });
  for (const comment of [
    '# Quiniela: the server of the lottery',
    '# What all agencies share.',
    "# The national lottery's server.",
    "# The draw's folder, a volume",
    '# Docker calls it tp0_testing_net.',
    '# One agency builds the image',
    '# Exercise 5: one bet',
  ]) {
    assert.equal(text.split(comment).length, 2, comment);
  }
  assert.doesNotMatch(text, /<[a-z-]+>/, 'a placeholder is left');
});

test('the network grows with the agencies', () => {
  assert.equal(subnetFor(251).cidr, '172.25.125.0/24');
  assert.equal(subnetFor(251).comment, undefined);
  assert.equal(subnetFor(252).cidr, '172.25.124.0/23');
  assert.equal(subnetFor(10_000).cidr, '172.25.64.0/18');
  assert.match(subnetFor(10_000).comment ?? '', /1024 ports/);
  const text = compose({ clients: 300 });
  assert.match(text, /subnet: "172\.25\.124\.0\/23"/);
  assert.match(text, /# 172\.25\.125\.0\/24 has addresses for 251 agencies; 300 need this wider one\./);
});

test('a fleet is one container for all agencies, with what an agency has', () => {
  const { services, networks } = read(compose({ clients: 1_000, fleet: true }));
  assert.deepEqual(Object.keys(services), ['server', 'clients']);
  const { environment, container_name, ...fleet } = services.clients;
  assert.equal(container_name, 'clients');
  assert.deepEqual(environment, { CLI_ID: '1-1000', CLI_DATA: '/data' });
  assert.equal(services.server.environment.AGENCIES, 1_000);
  assert.equal(networks.testing_net.ipam.config[0].subnet, '172.25.125.0/24', 'it needs one address');
  const { environment: _, container_name: __, ...agency } = read(compose()).services.client1;
  assert.deepEqual(fleet, agency);
});

test('a fleet has comments, a mode and an inspector like agencies of their own', () => {
  const text = compose({ clients: 12, fleet: true, mode: 'batches', inspect: true });
  const { clients, inspector } = read(text).services;
  assert.equal(clients.environment.AGENCY_MODE, 'batches');
  assert.equal(clients.environment.INSPECT_URL, 'http://inspector:8080');
  assert.ok(inspector);
  for (const comment of [
    '# What all agencies share.',
    '# All agencies, as actors of one process',
    '# Exercise 6',
  ])
    assert.equal(text.split(comment).length, 2, comment);
  assert.doesNotMatch(text, /One agency builds/);
  assert.doesNotMatch(text, /<[a-z-]+>/, 'a placeholder is left');
});

test('monitors are on loopback, ask the server and a fleet, and mount what is shipped', () => {
  const monitors = { prometheus: 9_091, grafana: 3_000 };
  const text = compose({ clients: 12, fleet: true, monitors });
  const { server, clients, prometheus, grafana } = read(text).services;
  for (const { environment } of [server, clients])
    assert.partialDeepStrictEqual(environment, { METRICS_PORT: 9_464, METRICS_HOST: '0.0.0.0' });
  assert.deepEqual(prometheus.ports, ['127.0.0.1:9091:9090']);
  assert.deepEqual(grafana.ports, ['127.0.0.1:3000:3000']);
  for (const { volumes } of [prometheus, grafana])
    assert.ok(existsSync(resolve(REPOSITORY, volumes[0].source)), volumes[0].source);
  assert.doesNotMatch(text, /<[a-z-]+>/, 'a placeholder is left');
});

test("monitors whose images cannot be had are left out, and agencies of their own are nobody's to ask", () => {
  const { server, client1, prometheus } = read(compose({ monitors: {} })).services;
  assert.equal(server.environment.METRICS_PORT, 9_464);
  assert.equal(client1.environment.METRICS_PORT, undefined);
  assert.equal(prometheus, undefined);
  assert.equal(read(compose()).services.server.environment.METRICS_PORT, undefined);
});

test('ten thousand agencies are written', () => {
  const { services } = read(compose({ clients: 10_000 }));
  assert.equal(Object.keys(services).length, 10_001);
});

test('with TLS each container has its own key, the certificate of the authority, and no other key', () => {
  const mounted = (service: { volumes: { source: string; target: string }[] }) =>
    service.volumes
      .filter(({ target }) => target.startsWith('/config/tls/'))
      .map(({ source, target }) => {
        assert.equal(source, target.replace('/config/tls/', './.data/certs/'));
        return target.replace('/config/tls/', '');
      });
  const certificates = join(REPOSITORY, '.data/certs');
  const { server, client1, client3 } = read(compose({ certificates })).services;
  assert.deepEqual(mounted(server), ['ca.pem', 'server.pem', 'server.key', 'health.pem', 'health.key']);
  assert.deepEqual(mounted(client3), ['ca.pem', 'agency-3.pem', 'agency-3.key']);
  assert.equal(client1.volumes[0].target, '/config/agency.yaml', 'what all share is still there');
  assert.equal(client1.environment.CLI_TLS_CERT, '/config/tls/agency-{id}.pem');
  assert.equal(server.environment.TLS_HEALTH_KEY, '/config/tls/health.key');

  const { clients } = read(compose({ certificates, clients: 2, fleet: true })).services;
  assert.deepEqual(mounted(clients), [
    'ca.pem',
    ...['agency-1.pem', 'agency-1.key', 'agency-2.pem', 'agency-2.key'],
  ]);
});

const CLUSTER = { clients: 2, servers: 3, draw: 'mine' } as const;

test('servers of a cluster are behind one name, name one draw, and keep nothing', () => {
  const { services } = read(compose(CLUSTER));
  for (const name of ['server', 'server2', 'server3']) {
    const { container_name, environment, networks, volumes } = services[name];
    assert.equal(container_name, name);
    assert.deepEqual(environment, {
      AGENCIES: 2,
      SERVER_NETWORK: 'private',
      STORE_URL: 'nats://nats1:4222,nats://nats2:4222,nats://nats3:4222',
      DRAW_NAME: 'mine',
    });
    assert.deepEqual(networks.testing_net.aliases, ['server']);
    assert.deepEqual(
      volumes.map(({ target }: { target: string }) => target),
      ['/config/server.yaml'],
    );
  }
});

test("nodes of the engine are on a network without agencies, and each has a volume with its clone's name", () => {
  const { services, networks, volumes } = read(compose(CLUSTER));
  assert.deepEqual(Object.keys(volumes), ['nats1', 'nats2', 'nats3']);
  assert.equal(networks.engine_net.internal, true);
  // Docker gives each network the next of its subnets: one in some thirty is that which has the agencies'.
  assert.equal(networks.engine_net.ipam.config[0].subnet, '172.25.126.0/24');
  assert.deepEqual(services.client1.networks, ['testing_net']);
  for (const name of ['nats1', 'nats2', 'nats3']) {
    const node = services[name];
    assert.deepEqual(node.networks, ['engine_net']);
    assert.equal(node.environment.NATS_NAME, name);
    assert.equal(node.read_only, true);
    assert.equal(node.ports, undefined);
    assert.deepEqual(node.cap_drop, ['ALL']);
    assert.deepEqual(node.volumes[1], { type: 'volume', source: name, target: '/data' });
    assert.deepEqual(volumes[name], { labels: { 'quiniela.clone': realpathSync(REPOSITORY) } });
  }
});

test('every server of a cluster has the certificates and the port for metrics that one alone would have', () => {
  const { services } = read(
    compose({
      ...CLUSTER,
      certificates: join(REPOSITORY, '.data/certs'),
      monitors: { prometheus: 9_090, grafana: 3_000 },
    }),
  );
  const { environment, volumes } = services.server;
  assert.equal(environment.TLS_CERT, '/config/tls/server.pem');
  assert.deepEqual([environment.METRICS_PORT, environment.METRICS_HOST], [9_464, '0.0.0.0']);
  assert.equal(volumes.length, 6, 'its configuration, the authority, and two certificates with their keys');
  for (const name of ['server2', 'server3']) {
    assert.deepEqual(services[name].environment, environment);
    assert.deepEqual(services[name].volumes, volumes);
  }
  assert.equal(services.client2.environment.CLI_TLS_CERT, '/config/tls/agency-{id}.pem');
  assert.equal(services.nats1.environment.TLS_CERT, undefined);
  assert.deepEqual(services.prometheus.networks, ['testing_net']);
});
