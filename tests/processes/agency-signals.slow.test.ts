/** SIGTERM and SIGINT end an agency well in every state: exit code 0, and a line for each thing that was closed. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { blackHole, FakeServer, untilCalled } from '../support/fake-server.ts';
import { isLinux } from '../support/kernel.ts';
import { noOwnNetwork, withoutNames } from '../support/no-names.ts';
import type { Peer } from '../support/peer.ts';
import { type Environment, Program, STOP_MS } from '../support/program.ts';
import { agencyEnvironment, freePort, temporaryFolder } from '../support/system.ts';

const BET: Environment = {
  AGENCY_MODE: 'bet',
  NOMBRE: 'Ana',
  APELLIDO: 'Lorca',
  DOCUMENTO: '30904465',
  NACIMIENTO: '1999-03-17',
  NUMERO: '7574',
};

type State = {
  env?: Environment;
  /** Bets in the agency's file: 30 in a batch. */
  bets?: number;
  closes: readonly string[];
  /** Nobody answers the call, or nobody is there. */
  calls?: 'a black hole' | 'nobody';
  /** Brings the agency into the state. */
  reach?: (peer: Peer, agency: Program) => Promise<unknown>;
};

const greet = async (peer: Peer): Promise<void> => {
  await peer.expectLine('HELLO:1');
  peer.send('WELCOME:1:0:0\n');
};
const both = ['connection', 'file of bets'];

const STATES: Readonly<Record<string, State>> = {
  'an agency that is connecting': { calls: 'a black hole', closes: both },
  'an agency that is reconnecting': { calls: 'nobody', closes: ['file of bets'] },
  'an agency that awaits its welcome': { closes: both, reach: (peer) => peer.expectLine('HELLO:1') },
  'an agency that is sending, its window full': {
    bets: 1_000,
    closes: both,
    reach: async (peer) => {
      await greet(peer);
      for (let i = 0; i < 8; i++) await peer.expectLine(/^BATCH:/);
    },
  },
  'an agency that pauses between two batches': {
    bets: 1_000,
    env: { CLI_LOOP_PERIOD: '1h' },
    closes: both,
    reach: async (peer, agency) => {
      await greet(peer);
      await peer.expectLine(/^BATCH:0:/);
      peer.send('STORED:30\n');
      await agency.line('apuesta_enviada | result: success | cantidad: 30');
    },
  },
  'an agency that awaits its last acknowledgements': {
    closes: both,
    reach: async (peer) => {
      await greet(peer);
      await peer.expectLine(/^BATCH:0:/);
    },
  },
  'an agency that awaits its winners': {
    closes: both,
    reach: async (peer) => {
      await greet(peer);
      await peer.expectLine(/^BATCH:0:/);
      peer.send('STORED:30\n');
      await peer.expectLine(/^DONE:1:30:/);
    },
  },
  'an agency that awaits the number of its one bet': {
    env: BET,
    closes: ['connection'],
    reach: async (peer) => {
      await greet(peer);
      await peer.expectLine(/^BET:.*:1,Ana,Lorca,30904465,1999-03-17,7574$/);
    },
  },
  'an echo client that is connecting': {
    env: { AGENCY_MODE: 'echo' },
    calls: 'a black hole',
    closes: ['connection'],
  },
  'an echo client that awaits its echo': {
    env: { AGENCY_MODE: 'echo' },
    closes: ['connection'],
    reach: (peer) => peer.expectLine('[CLIENT 1] Message N°1'),
  },
  'an echo client that pauses between two messages': {
    env: { AGENCY_MODE: 'echo', CLI_LOOP_PERIOD: '1h' },
    closes: ['connection'],
    reach: async (peer, agency) => {
      peer.send(`${await peer.line()}\n`);
      await peer.expectEnd();
      await agency.line('close | result: success | resource: connection');
    },
  },
};

const start = (t: TestContext, port: number, { env, bets = 30 }: State): Program => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, bets));
  const common = { CLI_BATCH_MAXAMOUNT: '30', CLI_CONNECTION_TIMEOUT: '1m' };
  const agency = new Program(['agency'], agencyEnvironment({ port, data, env: { ...common, ...env } }));
  t.after(() => agency.kill());
  return agency;
};

const reach = async (t: TestContext, state: State): Promise<Program> => {
  if (state.calls === 'a black hole') {
    const port = await blackHole(t);
    const agency = start(t, port, state);
    await untilCalled(port);
    return agency;
  }
  if (state.calls === 'nobody') {
    const agency = start(t, await freePort(), state);
    const failures = () => agency.count('action: connect | result: fail');
    while (failures() < 4) await agency.line('action: connect | result: fail', agency.lines.length);
    return agency;
  }
  const server = await FakeServer.listen(t);
  const agency = start(t, server.port, state);
  await state.reach!(await server.accept(), agency);
  return agency;
};

for (const [name, state] of Object.entries(STATES)) {
  const skip = state.calls === 'a black hole' && !isLinux;
  test(`${name} ends well on SIGTERM and on SIGINT`, { skip }, async (t) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const agency = await reach(t, state);
      agency.signal(signal);
      await agency.expectExit(0, STOP_MS);
      assert.equal(agency.count(`action: signal_received | result: success | signal: ${signal}`), 1);
      const closed = agency.lines.flatMap(
        (line) => /close \| result: success \| resource: (.*)/.exec(line)?.[1] ?? [],
      );
      const expected =
        state.calls === 'nobody' ? [...Array(4).fill('connection'), ...state.closes] : state.closes;
      assert.deepEqual(closed, expected);
    }
  });
}

test("an agency ends well while its server's name is being looked up, which nobody can give up", {
  skip: noOwnNetwork,
}, async (t) => {
  const { untilItAsks, shell, env } = withoutNames(t);
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 1));
  const named = { ...agencyEnvironment({ port: 1, data }), ...env, CLI_SERVER_ADDRESS: 'server:12345' };
  const agency = new Program(['agency'], named, { shell });
  t.after(() => agency.kill());
  await untilItAsks(agency);
  agency.signal('SIGTERM');
  await agency.expectExit(0, STOP_MS);
  assert.equal(agency.count('not everything closed'), 0);
});
