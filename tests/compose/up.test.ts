/** What `make up` looks at before it starts anything: each mistake in the words that the user typed. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { flawOf, linkedFiles, realFolder } from '../../src/compose/agency-files.ts';
import { composeFile } from '../../src/compose/compose-file.ts';
import type { Container, Network } from '../../src/compose/engine.ts';
import { engineSubnetFor, subnetFor, type Taken } from '../../src/compose/subnet.ts';
import { cutOff } from '../../src/compose/up/cut-off.ts';
import { provideFiles } from '../../src/compose/up/files.ts';
import { freeNames, holdersOf, ownSubnet, takenSubnets } from '../../src/compose/up/host.ts';
import { checkReadable } from '../../src/compose/up/readable.ts';
import { readSettings } from '../../src/compose/up/settings.ts';
import { fits, shapeOf, shapeText } from '../../src/compose/up/shape.ts';
import { checkPaused, checkShape } from '../../src/compose/up/survey.ts';
import { readWanted } from '../../src/compose/up/wanted.ts';
import { userError } from '../config/helpers.ts';
import { container } from './container.ts';
import { REPOSITORY, run, temporaryFolder } from './shell.ts';

const said = (attempt: () => unknown): string => userError(attempt).message;

test('BETS that changes nothing, because files are there, is said with what would', async (t) => {
  const folder = temporaryFolder(t);
  const { signal } = new AbortController();
  const provide = async (env: Record<string, string>) => {
    const lines: string[] = [];
    await provideFiles(readWanted(env), folder, { say: (line) => void lines.push(line), signal });
    return lines.map((line) => line.replace(/^.*: (?=files|made)/, ''));
  };
  assert.deepEqual(await provide({ AGENCIES: '1', BETS: '3' }), ['made files of 3 bets for agency 1']);
  assert.deepEqual(await provide({ AGENCIES: '1' }), []);
  assert.deepEqual(await provide({ AGENCIES: '2', BETS: '5' }), [
    'files that are there stay as they are; to make them anew: make data AGENCIES=2 BETS=5',
    'made files of 5 bets for agency 2',
  ]);
  assert.deepEqual(await provide({ AGENCIES: '2', BETS: '5', DATA: folder }), []);
});

test('each word that is wrong is named as it was typed', () => {
  assert.match(
    said(() => readWanted({ AGENCIES: 'x' })),
    /^AGENCIES is "x", must be a whole number from 0 to/,
  );
  assert.match(
    said(() => readWanted({ SERVERS: '0' })),
    /^SERVERS is "0", must be a whole number from 1 to/,
  );
  assert.match(
    said(() => readWanted({ BETS: '-1' })),
    /^BETS is "-1", must be/,
  );
  assert.match(
    said(() => readWanted({ SEED: 'a' })),
    /^SEED is "a", must be/,
  );
  assert.match(
    said(() => readWanted({ MODE: 'x' })),
    /^MODE is "x", must be one of/,
  );
  assert.match(
    said(() => readWanted({ FLEET: 'x' })),
    /^FLEET is "x", must be one of/,
  );
  assert.deepEqual(readWanted({ MODE: '', DATA: '', INSPECT: '' }), {
    ...{ agencies: 5, servers: undefined, mode: undefined, isFleet: false, bets: undefined, seed: 1 },
    ...{ data: undefined, isInspected: false, isSecured: false, isMonitored: false, isForced: false },
  });
});

test('make compose says which word is missing', () => {
  const compose = (...args: string[]) => run('make', ['-s', 'compose', ...args]).stderr;
  assert.match(compose('CLIENTS=3'), /^make compose: FILE is missing/);
  assert.match(compose('FILE=x.yaml'), /^make compose: CLIENTS is missing/);
});

/** A folder with both configuration files. */
function settings(t: TestContext, server: string, agency = ''): string {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'server.yaml'), server);
  writeFileSync(join(folder, 'agency.yaml'), agency);
  return folder;
}

test('bad configuration is said with its file and line, and so is what could not work in Docker', (t) => {
  const with5 = (...files: [string, string?]) => said(() => readSettings(settings(t, ...files), 5));
  assert.match(with5('\nSERVER_PORT: many'), /SERVER_PORT is "many" \(".*server\.yaml", line 2\), must be/);
  assert.match(with5('SERVER_PORT: ['), /server\.yaml" is no valid YAML at line 1/);
  assert.match(with5('', 'loop:\n  amount: x'), /loop\.amount is "x" \(".*agency\.yaml", line 2\), must be/);
  assert.match(with5('SERVER_PORT: 0'), /SERVER_PORT is 0, any free one: in Docker the agencies could not/);
  assert.match(with5('SERVER_HOST: 127.0.0.1'), /SERVER_HOST is "127\.0\.0\.1": no other container could/);
  const apart = /server\.address is "server:12345" .*agency\.yaml.* listens on port 9999/;
  assert.match(with5('SERVER_PORT: 9999'), apart);
  assert.match(
    said(() => readSettings(temporaryFolder(t), 5)),
    /server\.yaml": it does not exist/,
  );
  const elsewhere = settings(t, 'SERVER_PORT: 9999', 'mode: echo\nserver.address: other:1');
  const { rows, ...other } = readSettings(elsewhere, 5);
  assert.deepEqual(other, { mode: 'echo', warnings: [] });
  assert.partialDeepStrictEqual(readSettings(join(REPOSITORY, 'docker'), 5), {
    mode: 'lottery',
    warnings: [],
  });
});

test('server and agencies that would not agree, and what no container may do, are refused before they start', (t) => {
  const with5 = (...files: [string, string?]) => said(() => readSettings(settings(t, ...files), 5));
  const narrow = /agency\.yaml": lottery\.maxNumber is 99999, but the server refuses bets above 9999/;
  assert.match(with5('', 'lottery:\n  maxNumber: 99999'), narrow);
  assert.match(with5('', 'lottery:\n  shortDocuments: yes'), /the server refuses such bets/);
  assert.match(with5('SERVER_TP0: no', 'protocol: tp0'), /the server does not speak it \(SERVER_TP0 is no\)/);
  assert.match(with5('', 'receipts: /data/r'), /receipts is "\/data\/r", but in Docker an agency may write/);
  const fromZero = /^AGENCIES_FROM is "0" \(".*server\.yaml"\), but make demo and make up number/;
  assert.match(with5('AGENCIES_FROM: 0'), fromZero);
  assert.match(
    said(() => readWanted({ AGENCIES_FROM: '0' })),
    /^AGENCIES_FROM is "0", but make demo and make up number their agencies from 1/,
  );
  // A server alone is for others' agencies.
  assert.equal(readWanted({ AGENCIES_FROM: '0', AGENCIES: '0' }).agencies, 0);
  assert.deepEqual(readSettings(settings(t, 'AGENCIES_FROM: 0', 'receipts: x'), 0).warnings, []);
  const wide = 'LOTTERY_MAX_NUMBER: 99999\nLOTTERY_SHORT_DOCUMENTS: yes';
  const { rows } = readSettings(settings(t, wide, 'lottery: {maxNumber: 99999, shortDocuments: yes}'), 5);
  assert.partialDeepStrictEqual(rows, { maxNumber: 99_999, shortDocuments: true });
});

test('a container of somebody else that has a name of ours is named with whose it is', () => {
  const others = [
    container('server', { project: '', folder: '' }),
    container('client2', { project: 'tp0-b', folder: '/there' }),
    container('client1'),
    container('database', { project: 'x' }),
  ];
  const holders = holdersOf(new Set(['server', 'client1', 'client2']), 'tp0', others);
  assert.deepEqual(
    holders.map(({ name }) => name),
    ['server', 'client2'],
  );
  assert.match(
    said(() => freeNames(holders, false)),
    /^containers called server, client2 are there already, of no Compose project: remove them \(docker rm -f server client2\)/,
  );
  assert.match(
    said(() => freeNames(holders.slice(1), false)),
    /^a container called client2 is there already, of the Compose project "tp0-b" in "\/there": remove it \(docker compose -p tp0-b down\), or let FORCE=1/,
  );
  freeNames([], false);
});

test('a subnet that somebody has is left to them: the next free one is taken, and why stands in the file', () => {
  const taken = (...cidrs: string[]): Taken[] => cidrs.map((cidr) => ({ cidr, by: 'the network "x"' }));
  assert.equal(subnetFor(5, taken('10.0.0.0/8', '172.25.124.0/24', 'fd00::/8')).cidr, '172.25.125.0/24');
  for (const cidr of ['172.25.125.0/24', '172.25.125.128/25', '172.25.125.7/32', '172.25.125.200/24']) {
    const { cidr: free, comment } = subnetFor(5, taken(cidr));
    assert.equal(free, '172.25.126.0/24');
    assert.match(comment ?? '', /172\.25\.125\.0\/24 is taken by the network "x"/);
    const subnet = subnetFor(5, taken(cidr));
    const text = composeFile({ file: join(REPOSITORY, 'x.yaml'), clients: 5, subnet });
    assert.match(text, /# 172\.25\.125\.0\/24 is taken .*\n.*subnet: "172\.25\.126\.0\/24"/);
  }
  assert.equal(subnetFor(5, taken('172.24.0.0/13')).cidr, '172.16.0.0/24');
  assert.equal(subnetFor(300, taken('172.25.125.0/24')).cidr, '172.25.126.0/23');
  // An engine's network never has the agencies' addresses, whatever they are.
  assert.equal(engineSubnetFor('172.25.125.0/24'), '172.25.126.0/24');
  assert.equal(engineSubnetFor('172.25.124.0/22', taken('172.25.128.0/24')), '172.25.129.0/24');
  assert.match(
    said(() => subnetFor(5, taken('172.16.0.0/12'))),
    /cannot find a free subnet \/24 .*172\.16\.0\.0\/12 is taken by the network "x"/,
  );
});

test("the project's own network is nobody else's, and keeps its subnet; a stranger of its name is told", () => {
  const net = (name: string, project: string, cidr: string): Network => ({
    ...{ id: name, name, project },
    subnets: [cidr],
  });
  const own = net('tp0_testing_net', 'tp0', '172.25.126.0/24');
  const networks = [own, net('x', '', '172.25.125.0/24')];
  assert.deepEqual(
    takenSubnets('tp0', networks).filter(({ by }) => by.startsWith('the network')),
    [{ cidr: '172.25.125.0/24', by: 'the network "x"' }],
  );
  assert.equal(ownSubnet('tp0', 5, networks), '172.25.126.0/24');
  assert.equal(ownSubnet('tp0', 300, networks), undefined, 'too narrow');
  assert.equal(ownSubnet('tp0', 0, networks, 'engine_net'), undefined);
  const engine = net('tp0_engine_net', 'tp0', '172.20.0.0/16');
  assert.equal(ownSubnet('tp0', 0, [...networks, engine], 'engine_net'), '172.20.0.0/16');
  assert.match(
    said(() => takenSubnets('tp0', [net('tp0_testing_net', 'other', '10.0.0.0/24')])),
    /a network called "tp0_testing_net" is there already, and not of the Compose project "tp0"/,
  );
  // Only a cluster wants that of an engine.
  const stranger = [net('tp0_engine_net', 'other', '10.0.0.0/24')];
  takenSubnets('tp0', stranger);
  assert.match(
    said(() => takenSubnets('tp0', stranger, ['testing_net', 'engine_net'])),
    /a network called "tp0_engine_net" is there already, .*: docker network rm tp0_engine_net removes it/,
  );
});

test('what is paused is named before anything is started, with what lets it go on', () => {
  const paused = (name: string) => container(name, { status: 'paused' });
  checkPaused([container('server'), container('client1', { status: 'exited' })]);
  assert.equal(
    said(() => checkPaused([container('server'), paused('client1'), paused('client2')])),
    'cannot start what is paused, client1, client2: docker unpause client1 client2 lets it go on',
  );
});

test('whatever is not in its network any more is made anew, and nothing else', () => {
  const there: Network[] = [{ id: '1', name: 'tp0_testing_net', project: 'tp0', subnets: [] }];
  const own = [
    container('server', { networks: ['1'] }),
    // Before its first start.
    container('client1', { networks: [''] }),
    // `docker network disconnect`, `docker network prune`.
    container('client2', { networks: [] }),
    container('client3', { networks: ['1', '2'] }),
  ];
  assert.deepEqual(
    cutOff(own, there).map(({ name }) => name),
    ['client2', 'client3'],
  );
});

test('a system of another shape is told from one that goes on', () => {
  const agency = (id: number) => container(`client${id}`, { env: {} });
  const three = shapeOf([container('server'), agency(1), agency(2), agency(3)], 'lottery');
  assert.deepEqual(three, { agencies: 3, mode: 'lottery', isFleet: false });
  assert.equal(shapeText(three!), 'a system of 3 agencies in mode lottery');
  assert.ok(fits(three!, { agencies: 3, mode: 'lottery', isFleet: false }));
  assert.ok(!fits(three!, { agencies: 5, mode: 'lottery', isFleet: false }));
  assert.ok(!fits(three!, { agencies: 3, mode: 'bet', isFleet: false }));
  const fleet = shapeOf([container('server'), container('clients', { env: { CLI_ID: '1-40' } })], 'batches');
  assert.deepEqual(fleet, { agencies: 40, mode: 'batches', isFleet: true });
  assert.ok(!fits(fleet!, { agencies: 40, mode: 'batches', isFleet: false }));
  const alone = shapeOf([container('server'), container('inspector')], 'lottery');
  assert.ok(fits(alone!, { agencies: 5, mode: 'lottery', isFleet: false }));
  assert.equal(shapeOf([container('inspector')], 'lottery'), undefined);
  const server = (name: string) => container(name, { env: { STORE_URL: 'nats://nats1' } });
  const cluster = shapeOf([server('server'), server('server2'), container('nats1'), agency(1)], 'lottery');
  assert.deepEqual(cluster, { servers: 2, agencies: 1, mode: 'lottery', isFleet: false });
  assert.equal(shapeText(cluster!), 'a system of 1 agency and an engine in mode lottery');
  assert.ok(fits(cluster!, { ...cluster!, servers: 5 }), 'servers are added');
  assert.ok(!fits(cluster!, { ...cluster!, servers: undefined }), 'a draw is in an engine, or in a folder');
});

test('a system that the server has refused before any agency began is in nobody’s way: the draw goes on with what is right', () => {
  const two = { agencies: 2, mode: 'lottery', isFleet: false } as const;
  const there = (server: Partial<Container>, agency: string) => [
    container('server', { isRunning: false, status: 'exited', ...server }),
    ...[1, 2, 3].map((id) => container(`client${id}`, { isRunning: agency === 'running', status: agency })),
  ];
  const check = (own: Container[]) => checkShape(own, two, 'lottery');
  check(there({ exitCode: 2 }, 'created'));
  for (const own of [
    there({ exitCode: 2 }, 'exited'),
    there({ exitCode: 1 }, 'created'),
    there({ status: 'running' }, 'created'),
  ]) {
    assert.match(
      said(() => check(own)),
      /^a system of 3 agencies .* its draw is not over: make down first/,
    );
  }
});

test('a file that is a link is mounted itself; one that leads nowhere is refused with where it leads', (t) => {
  const folder = temporaryFolder(t, 'price $10 ');
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(folder, 'my $file.csv'), '');
  writeFileSync(join(data, 'agency-1.csv'), '');
  symlinkSync('../my $file.csv', join(data, 'agency-2.csv'));
  symlinkSync('agency-1.csv', join(data, 'agency-3.csv'));
  symlinkSync('/nowhere/x.csv', join(data, 'agency-4.csv'));
  symlinkSync('agency-5.csv', join(data, 'agency-5.csv'));
  mkdirSync(join(data, 'agency-6.csv'));
  symlinkSync('/dev/null', join(data, 'agency-7.csv'));
  symlinkSync(data, join(folder, 'link'));

  assert.deepEqual(
    [1, 2, 3, 8].map((agency) => flawOf(data, agency)),
    [undefined, undefined, undefined, undefined],
  );
  assert.equal(flawOf(data, 4), 'agency-4.csv is a link to "/nowhere/x.csv", which does not exist');
  assert.equal(flawOf(data, 5), 'agency-5.csv is a link to "agency-5.csv", which leads back to itself');
  assert.equal(flawOf(data, 6), 'agency-6.csv is no regular file');
  assert.equal(flawOf(data, 7), 'agency-7.csv is a link to "/dev/null", which is no regular file');
  assert.equal(realFolder(join(folder, 'link')), data);
  assert.deepEqual(
    [...linkedFiles(data, 3)],
    [
      [2, join(folder, 'my $file.csv')],
      [3, join(data, 'agency-1.csv')],
    ],
  );

  const written = (fleet: boolean) =>
    parse(composeFile({ file: join(folder, 'x.yaml'), clients: 3, fleet, data: join(folder, 'link') }), {
      merge: true,
    }).services;
  const { client1, client2 } = written(false);
  assert.deepEqual(
    client1.volumes.map(({ target }: { target: string }) => target),
    ['/config/agency.yaml', '/data'],
  );
  assert.deepEqual(client2.volumes[0], client1.volumes[0]);
  assert.deepEqual(client2.volumes.slice(1), [
    {
      type: 'bind',
      source: `${folder}/my $file.csv`.replaceAll('$', '$$$$'),
      target: '/data/agency-2.csv',
      read_only: true,
      bind: { create_host_path: false },
    },
  ]);
  assert.deepEqual(
    written(true).clients.volumes.map(({ target }: { target: string }) => target),
    ['/config/agency.yaml', '/data/agency-1.csv', '/data/agency-2.csv', '/data/agency-3.csv'],
  );
});

test("what the containers' user may not read is named with the command that mends it", (t) => {
  const folder = temporaryFolder(t, "it's ");
  const file = join(folder, 'agency-1.csv');
  writeFileSync(file, '');
  const check = (view: 'user' | 'others' | 'anyone') => checkReadable([file], folder, view);
  const allow = (fileMode: number, folderMode: number): void => {
    chmodSync(file, fileMode);
    chmodSync(folder, folderMode);
  };
  // (If the tests run as user 1000, the owner's bits are those that count.)
  if (process.getuid?.() !== 1000) {
    allow(0o600, 0o700);
    const message = said(() => check('user'));
    assert.match(message, /^the containers run as user 1000, who may not read /);
    const [mend = ''] = /chmod a\+rX .*$/.exec(message) ?? [];
    assert.equal(run('sh', ['-c', mend]).status, 0, mend);
    check('user');
  }
  allow(0o640, 0o755);
  assert.match(
    said(() => check('others')),
    /run as a user of their own, who may not read .*agency-1\.csv: chmod a\+rX '/,
  );
  allow(0o600, 0o700);
  check('anyone');
});
