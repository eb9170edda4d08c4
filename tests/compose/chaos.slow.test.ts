/** `make chaos` beside a `docker` that is a script: what it asks of the engine, what it waits for, and what it counts in the end. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { run } from '../../src/commands/chaos.ts';
import { isCurrent, leader, told, uploaded } from '../../src/compose/chaos/ask.ts';
import { disturb } from '../../src/compose/chaos/chaos.ts';
import { compare } from '../../src/compose/chaos/compare.ts';
import { Cuts } from '../../src/compose/chaos/cuts.ts';
import { Upload } from '../../src/compose/chaos/upload.ts';
import { watch } from '../../src/compose/chaos/watch.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { COLLECTING, DRAWN, makeSample } from '../crash/sample-draw.ts';
import { ourDocker } from './our-docker.ts';
import { temporaryFolder } from './shell.ts';

/** From now on `docker` is this shell's text; its folder is `$HERE`. @returns the folder, and what was asked so far */
function engine(t: TestContext, script: string): { folder: string; asked: () => string[] } {
  const folder = temporaryFolder(t);
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  ourDocker(t, folder)(`HERE='${folder}'\nprintf '%s\\n' "$*" >>"$HERE/calls"\n${script}`);
  return { folder, asked: () => readFileSync(calls, 'utf8').split('\n').filter(Boolean) };
}

/** Containers as `docker ps` and `docker inspect` tell of them, each with its state. */
function listed(folder: string, states: Readonly<Record<string, string>>): void {
  const inspected = Object.entries(states).map(([name, Status]) => ({
    Name: `/${name}`,
    Image: 'sha256:1',
    State: { Running: Status === 'running', Status, ExitCode: 0, Error: '', StartedAt: '' },
    Config: {
      Env: ['DRAW_NAME=monday'],
      Labels: { 'com.docker.compose.project': 'tp0', 'com.docker.compose.container-number': '1' },
    },
    HostConfig: { PortBindings: {} },
    NetworkSettings: { Networks: {} },
  }));
  writeFileSync(join(folder, 'inspected'), JSON.stringify(inspected));
}

const LISTS = `case "$1" in ps) echo 1 ;; inspect) cat "$HERE/inspected" ;; esac`;

const patience = new AbortController().signal;

/** A clock that only the test moves on. */
function clockOf(t: TestContext): { at: number } {
  const clock = { at: 1_000 };
  t.mock.method(process.hrtime, 'bigint', () => BigInt(clock.at) * 1_000_000n);
  return clock;
}

test('it waits for as long as anything moves, and no longer', async (t) => {
  const clock = clockOf(t);
  let looks = 0;
  const moving = () => {
    clock.at += 900;
    return ++looks < 4 ? { soFar: `${looks}` } : { found: looks };
  };
  assert.equal(await watch(moving, 1_000, patience), 4);
  const stuck = () => {
    clock.at += 900;
    return { soFar: 'the upload has stood at 5 bets' };
  };
  const begun = clock.at;
  await assert.rejects(watch(stuck, 1_000, patience), {
    code: 'STALLED',
    exitCode: 1,
    message: 'the upload has stood at 5 bets for 1 s: make logs says why',
  });
  assert.equal(clock.at - begun, 3 * 900, 'once it has stood for 1,800 ms');
});

test('who is told to stop waits for nothing more, and looks at nothing more', async () => {
  const ending = new AbortController();
  const interrupted = new Error('SIGINT');
  let looks = 0;
  const look = () => {
    // As the kernel does while a command is waited for.
    if (++looks === 2) setImmediate(() => ending.abort(interrupted));
    return { soFar: `${looks}` };
  };
  await assert.rejects(watch(look, 1_000_000, ending.signal), interrupted);
  assert.equal(looks, 2);
  await assert.rejects(
    watch(() => ({ found: 1 }), 1_000, ending.signal),
    interrupted,
  );
});

test('a command that failed because it heard Ctrl-C too is no mistake of the user', async (t) => {
  const others = process.listeners('SIGINT');
  t.after(() => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      for (const listener of process.listeners(name))
        if (!others.includes(listener)) process.off(name, listener);
  });
  const said: string[] = [];
  t.mock.method(console, 'log', (text: string) => void said.push(text));
  const { SERVERS } = process.env;
  process.env.SERVERS = '1';
  t.after(() => {
    process.env.SERVERS = SERVERS;
    if (SERVERS === undefined) delete process.env.SERVERS;
  });
  // Whatever it fails of: the kernel's word comes when the command below has gone.
  setImmediate(() => process.emit('SIGINT'));
  assert.equal(await run('docker-compose-dev.yaml'), 130);
  assert.match(said.join('\n'), /^Stopped\. What was killed is not started again/);
  await assert.rejects(run('docker-compose-dev.yaml'), { code: 'ARGUMENT' });
});

test('the upload stands but from one look to the next, and stands once it is far enough', async (t) => {
  const line = 'INFO     action: apuesta_enviada | result: success | cantidad:';
  const { asked } = engine(
    t,
    `[ "$1" = logs ] || exit 0
echo "${line} 120"
echo "action: apuesta_enviada | result: fail | error: cantidad: 1000" >&2
[ "$(grep -c ^unpause "$HERE/calls")" -lt 2 ] || echo "${line} 30" >&2`,
  );
  const upload = new Upload(['client1']);
  let reached = 0;
  await upload.heldFor(async () => {
    reached = await upload.reach(150, patience);
    assert.deepEqual(asked(), [
      'pause client1',
      ...['pause client1', 'logs client1', 'unpause client1'],
      ...['pause client1', 'logs client1', 'unpause client1'],
      ...['pause client1', 'logs client1'],
    ]);
  });
  assert.equal(reached, 150);
  assert.equal(asked().at(-1), 'unpause client1', 'in the end it goes on');
});

test('an upload that is given up goes on all the same', async (t) => {
  const { asked } = engine(t, '');
  const upload = new Upload(['client1', 'client2']);
  await assert.rejects(
    upload.heldFor(async () => {
      throw new Error('interrupted');
    }),
    /interrupted/,
  );
  assert.deepEqual(asked(), ['pause client1 client2', 'unpause client1 client2']);
});

test('each network that is cut is mended under the name by which others call, also if one cannot be', (t) => {
  const { asked } = engine(t, 'case "$*" in *nats3) [ "$2" = disconnect ] ;; esac');
  const cuts = new Cuts('tp0_engine_net');
  for (const name of ['server3', 'nats3', 'nats2']) cuts.cut(name);
  cuts.mend('server3');
  assert.throws(() => cuts.mend('nats3'), { code: 'DOCKER' });
  cuts.mendAll();
  const connecting = (name: string) => `network connect --alias ${name} tp0_engine_net ${name}`;
  assert.deepEqual(asked(), [
    ...['server3', 'nats3', 'nats2'].map((name) => `network disconnect tp0_engine_net ${name}`),
    ...['server3', 'nats3', 'nats3', 'nats2'].map(connecting),
  ]);
});

test('a network that could not be cut is not mended', (t) => {
  const { asked } = engine(t, 'exit 1');
  const cuts = new Cuts('tp0_engine_net');
  assert.throws(() => cuts.cut('server3'), { code: 'DOCKER' });
  cuts.mendAll();
  assert.equal(asked().length, 1);
});

test('bets count that are acknowledged, and winners of each agency, also of many in one container', (t) => {
  engine(
    t,
    `case "$2" in
client1) echo 'action: apuesta_enviada | result: success | cantidad: 5'
  echo 'action: apuesta_enviada | result: success | client_id: 1 | cantidad: 3' >&2
  echo 'action: consulta_ganadores | result: success | cant_ganadores: 0' ;;
client2) echo 'action: apuesta_enviada | result: fail | error: cantidad: 1000'
  echo 'action: consulta_ganadores | result: fail | error: cant_ganadores: 9' ;;
client3) echo 'action: consulta_ganadores | result: success | cant_ganadores: 4' ;;
fleet) echo 'action: consulta_ganadores | result: success | client_id: 3 | cant_ganadores: 7'
  echo 'action: consulta_ganadores | result: success | client_id: 1 | cant_ganadores: 2' ;;
esac`,
  );
  assert.equal(uploaded(['client1', 'client2']), 8);
  assert.deepEqual(told(['client1', 'client2', 'client3'], 3), [0, undefined, 4]);
  assert.deepEqual(told(['fleet'], 3), [2, undefined, 7]);
});

test('the node that leads is asked of one that runs and answers; none while they elect one', (t) => {
  const said = (node: string) =>
    `{"streams": [{"name": "QUINIELA-monday", "cluster": {"leader": "${node}"}}]}`;
  const { folder, asked } = engine(
    t,
    `case "$1 $2" in
exec\\ nats1) exit 1 ;;
exec\\ nats3) cat "$HERE/said" ;;
esac
${LISTS}`,
  );
  listed(folder, { client1: 'running', nats1: 'running', nats2: 'exited', nats3: 'running' });
  writeFileSync(join(folder, 'said'), said('nats2'));
  assert.equal(leader(), 'nats2');
  assert.deepEqual(
    asked()
      .filter((call) => call.startsWith('exec'))
      .map((call) => call.split(' ')[1]),
    ['nats1', 'nats3'],
  );
  writeFileSync(join(folder, 'said'), said(''));
  assert.equal(leader(), undefined);
});

test('a node has caught up that is well, or misses but the reader of a server that was killed', (t) => {
  const { folder } = engine(t, 'cat "$HERE/said"');
  for (const [answer, isWell] of [
    ['{"status":"ok"}', true],
    ['{"status": "unavailable","error":"JetStream consumer \'A > S > c\' is not current"}', true],
    ['{"status":"unavailable","error":"JetStream stream \'A > S\' is not current"}', false],
    ['{"status":"unavailable","error":"JetStream is not current with the meta leader"}', false],
    ['', false],
  ] as const) {
    writeFileSync(join(folder, 'said'), answer);
    assert.equal(isCurrent('nats2'), isWell, answer);
  }
});

/** An upload that is a fifth further whenever it was let on, a server that is well at the second look, and a node at the third. */
const CLUSTER = `count() { grep -c "$1" "$HERE/calls"; }
case "$*" in
logs*) echo "apuesta_enviada | result: success | cantidad: $(($(count ^unpause) * 20))" ;;
"inspect -f"*) [ $(count "^inspect -f") -lt 2 ] && echo unhealthy || echo healthy ;;
*/jsz*) echo '"name": "QUINIELA-x", "leader": "LEADER"' ;;
*/healthz*) [ $(count /healthz) -lt 3 ] || echo '{"status":"ok"}' ;;
ps*) echo 1 ;;
inspect*) cat "$HERE/inspected" ;;
esac`;

/** Without what was only asked. */
const done = (asked: readonly string[]): string[] =>
  asked.filter((call) => !/^(ps|inspect|exec|logs)/.test(call));

for (const [leading, next] of [
  ['nats1', 'nats3'],
  ['nats3', 'nats2'],
] as const) {
  test(`with ${leading} killed, ${next} is cut off: never two nodes at once, and nothing else while servers come back`, async (t) => {
    const { folder, asked } = engine(t, CLUSTER.replace('LEADER', leading));
    listed(folder, { nats1: 'running', nats2: 'running', nats3: 'running' });
    const said: string[] = [];
    await disturb({
      ...{ upload: new Upload(['client1']), cuts: new Cuts('net'), total: 100, signal: patience },
      say: (line) => void said.push(line),
    });
    const acts = done(asked());
    const onServers = acts.filter((call) => !/^(un)?pause/.test(call));
    assert.deepEqual(onServers, [
      'kill -s KILL server2',
      `kill -s KILL ${leading}`,
      `start ${leading} server2`,
      'network disconnect net server3',
      'network connect --alias server3 net server3',
      `network disconnect net ${next}`,
      `network connect --alias ${next} net ${next}`,
    ]);
    const isHeldAt = (call: string) =>
      acts.slice(0, acts.indexOf(call)).findLast((one) => /^(un)?pause/.test(one)) === 'pause client1';
    assert.deepEqual(onServers.filter(isHeldAt), [`start ${leading} server2`]);
    assert.equal(acts.at(-1), 'pause client1');
    const calls = asked();
    const back = calls.slice(
      calls.indexOf(`start ${leading} server2`),
      calls.indexOf('network disconnect net server3'),
    );
    assert.equal(back.filter((call) => call.startsWith('inspect -f')).length, 2, 'until the server is well');
    assert.equal(back.filter((call) => call.includes('/healthz')).length, 3, 'until the node has caught up');
    assert.deepEqual(
      said.map((line) => line.slice(0, 5)),
      [' 20 %', ' 40 %', ' 60 %', ' 60 %', ' 80 %', '100 %'],
    );
  });
}

test('whoever ends it while a network is cut finds it mended', async (t) => {
  const { folder, asked } = engine(t, CLUSTER.replace('LEADER', 'nats1'));
  listed(folder, { nats1: 'running' });
  const ending = new AbortController();
  await assert.rejects(
    disturb({
      ...{ upload: new Upload(['client1']), cuts: new Cuts('net'), total: 100, signal: ending.signal },
      say: (line) => {
        if (line.includes('between server3 and the engine is cut')) ending.abort(new Error('SIGINT'));
      },
    }),
  );
  assert.deepEqual(
    done(asked()).filter((call) => call.startsWith('network')),
    ['network disconnect net server3', 'network connect --alias server3 net server3'],
  );
});

/** What a cluster of two servers would answer of a draw that is over, and three agencies. */
async function comparing(t: TestContext) {
  const { files } = await makeSample([...COLLECTING, ...DRAWN]);
  const { folder, asked } = engine(
    t,
    `case "$1 $2" in
"logs client1") echo 'action: consulta_ganadores | result: success | cant_ganadores: 2' ;;
"logs client"*) echo 'action: consulta_ganadores | result: success | cant_ganadores: 0' ;;
"logs server"*) cat "$HERE/$2" ;;
"cp "*) cp -r "$HERE/export-$(basename "$3")" "$3" ;;
"create "*) echo made ;;
esac
${LISTS}`,
  );
  listed(folder, { server: 'exited', client1: 'exited' });
  for (const node of ['nats1', 'nats2', 'nats3']) {
    mkdirSync(join(folder, `export-${node}`));
    for (const [path, bytes] of files) writeFileSync(join(folder, `export-${node}`, basename(path)), bytes);
  }
  const { head } = await verifyDraw(join(folder, 'export-nats1'), nodeDisk());
  const recorded = `action: record_draw | result: success | draw: monday | head: ${head}\n`;
  for (const server of ['server', 'server2']) writeFileSync(join(folder, server), recorded);
  const left = join(folder, '.data', 'chaos', 'nats1');
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, 'bets.csv'), 'of an earlier run\n');
  const here = process.cwd();
  process.chdir(folder);
  t.after(() => process.chdir(here));
  const said: string[] = [];
  const compared = (rows: readonly number[]) => {
    said.length = 0;
    return compare({
      ...{ project: 'tp0', clients: ['client1', 'client2', 'client3'], servers: 2, rows },
      say: (line) => void said.push(line),
    });
  };
  /** What it denies in the end. */
  const denied = () => said.filter((line) => line.startsWith('NO ')).map((line) => line.slice(5));
  return { folder, asked, said, compared, denied };
}

const ROWS = [13, 8, 5];

test('a run in which nothing is wrong counts each agency, and ends with 0', async (t) => {
  const { asked, said, compared, denied } = await comparing(t);
  assert.equal(await compared(ROWS), 0, said.join('\n'));
  assert.deepEqual(denied(), []);
  assert.deepEqual(said.slice(0, 8), [
    '',
    '  agency   bets sent   bets stored   doubled   lost   winners',
    '  ------   ---------   -----------   -------   ----   -------',
    '       1          13            13         0      0         2',
    '       2           8             8         0      0         0',
    '       3           5             5         0      0         0',
    '  ------   ---------   -----------   -------   ----   -------',
    '   total          26            26         0      0         2',
  ]);
  const made = asked().filter((call) => call.startsWith('create '));
  for (const [index, node] of ['nats1', 'nats2', 'nats3'].entries())
    assert.match(
      made[index] ?? '',
      new RegExp(`export --from nats://${node}:4222 --draw monday /data/draw$`),
    );
  assert.equal(asked().filter((call) => call === 'rm -f made').length, 3, 'nothing is left of it');
});

const BYTES = 'bets.csv and journal of all nodes are the same bytes';
const HEADS = 'the draw of all servers has the same head';
const ROWS_RIGHT = 'nothing doubled, nothing lost, winners right';

test('whatever is not as it should be is denied, marked, and ends with 1', async (t) => {
  const { folder, said, compared, denied } = await comparing(t);
  const change = (file: string, by: (text: string) => string) =>
    writeFileSync(join(folder, file), by(readFileSync(join(folder, file), 'latin1')), 'latin1');
  change('server2', (text) => text.replace(/\w(?=\n)/, 'x'));
  change('export-nats2/bets.csv', (text) => `${text}x`);
  assert.equal(await compared([12, 8, 6]), 1);
  assert.deepEqual(denied(), [BYTES, HEADS, ROWS_RIGHT]);
  assert.deepEqual(said.slice(3, 6), [
    '       1          12            13         1      0         2   <- not right',
    '       2           8             8         0      0         0',
    '       3           6             5         0      1         0   <- not right',
  ]);
  change('server2', () => 'a server that was never told of the draw\n');
  change('export-nats2/bets.csv', (text) => text.slice(0, -1));
  change('export-nats3/journal.ndjson', (text) => `${text}x`);
  assert.equal(await compared(ROWS), 1);
  assert.deepEqual(denied(), [BYTES, HEADS]);
});

test('an agency that was told nothing, or not what was drawn, is not right; nor is a draw that is not over', async (t) => {
  const { folder, said, compared, denied } = await comparing(t);
  const docker = readFileSync(join(folder, 'docker'), 'utf8');
  const others = `"logs client1") ;;\n"logs client3") echo 'consulta_ganadores | result: success | cant_ganadores: 1' ;;`;
  writeFileSync(join(folder, 'docker'), docker.replace('case "$1 $2" in', `$&\n${others}`));
  for (const node of ['nats1', 'nats2', 'nats3']) {
    const path = join(folder, `export-${node}`, 'journal.ndjson');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, text.trimEnd().lastIndexOf('\n') + 1));
  }
  assert.equal(await compared(ROWS), 1);
  assert.deepEqual(denied(), ['quiniela verify passes on them', ROWS_RIGHT]);
  assert.deepEqual(said.slice(3, 8), [
    '       1          13            13         0      0         ?   <- not right',
    '       2           8             8         0      0         0',
    '       3           5             5         0      0         1   <- not right',
    '  ------   ---------   -----------   -------   ----   -------',
    '   total          26            26         0      0         1',
  ]);
});

test('an export that fails leaves no container behind', async (t) => {
  const { folder, asked, compared } = await comparing(t);
  const docker = readFileSync(join(folder, 'docker'), 'utf8');
  writeFileSync(join(folder, 'docker'), docker.replace('case "$1 $2" in', '$&\n"start "*) exit 1 ;;'));
  await assert.rejects(compared(ROWS), { code: 'DOCKER' });
  assert.equal(asked().at(-1), 'rm -f made');
});
