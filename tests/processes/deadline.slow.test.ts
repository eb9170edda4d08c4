/** Every process ends within its deadline after a signal, whatever hangs, with the right exit code. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { batchLine, makeBets } from '../support/bets.ts';
import { greet } from '../support/peer.ts';
import { PLANTED, plantHang } from '../support/plant.ts';
import { type Environment, Program } from '../support/program.ts';
import { launchServer, startAgency, startServer, temporaryFolder } from '../support/system.ts';

/** Milliseconds: the 4 s of a server's shutdown, or of a process that leaves, and a slow machine's share. */
const DEADLINE_MS = 10_000;

const LATE = 'action: shutdown | result: fail | error: not everything closed within 4000 ms';

const ends = async (program: Program, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
  program.signal(signal);
  await program.expectExit(1, DEADLINE_MS);
  assert.equal(program.count(`signal_received | result: success | signal: ${signal}`), 1);
  assert.equal(program.count(LATE), 1);
};

/** A server with a batch that its disk does not store; the journal's header went well. */
const committing = async (t: TestContext): Promise<Program> => {
  const { env, untilItHangs } = plantHang(t, 'writev:1');
  const { program, port } = await startServer(t, { env });
  const peer = await greet(port, 1, /^WELCOME:/);
  peer.send(batchLine(0, makeBets(1, 20)));
  await untilItHangs();
  return program;
};

const opening = async (t: TestContext): Promise<Program> => {
  const { env, untilItHangs } = plantHang(t, 'open');
  const { program } = launchServer(t, { env });
  await untilItHangs();
  return program;
};

test('a server ends at its deadline with 1 though its disk hangs, in a commit or as it opens', async (t) => {
  const programs = await Promise.all([committing(t), opening(t)]);
  await Promise.all(programs.map((program) => ends(program)));
});

test('a second signal ends a server at once, though its disk hangs', async (t) => {
  const program = await committing(t);
  program.signal('SIGTERM');
  await program.line('signal_received');
  program.signal('SIGINT');
  await program.expectExit(130);
  assert.equal(program.count(LATE), 0);
});

test('a second signal ends a server at once too that has closed everything, but for a thread that hangs', async (t) => {
  const { env, untilItHangs } = plantHang(t, 'lookup');
  const { program } = launchServer(t, { env: { ...env, SERVER_HOST: 'a-name.example' } });
  await untilItHangs();
  program.signal('SIGTERM');
  await program.line('close | result: success | resource: journal.ndjson');
  program.signal('SIGINT');
  await program.expectExit(130);
  assert.equal(program.count(LATE), 0);
});

test("under Node's permission model only signals end what hangs: a second one with its own code, else 137", async (t) => {
  const rights = '--permission --allow-fs-read=* --allow-fs-write=* --allow-net';
  const NODE_OPTIONS = `${PLANTED.NODE_OPTIONS} ${rights}`;
  for (const [second, ends] of [
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    [undefined, 'SIGKILL'],
  ] as const) {
    const { env, untilItHangs } = plantHang(t, 'open');
    const { program } = launchServer(t, { env: { ...env, NODE_OPTIONS } });
    await untilItHangs();
    program.signal('SIGTERM');
    await program.line('signal_received');
    if (second) program.signal(second);
    assert.deepEqual(await program.exited, { code: null, signal: ends });
    assert.equal(program.count(LATE), second ? 0 : 1);
  }
});

test('agencies of every kind end with 1 though their file or the name of their server hangs', async (t) => {
  const kinds: [call: string, env: Environment][] = [
    ['open', { CLI_ID: '1' }],
    ['open', { CLI_ID: '1-3' }],
    ['lookup', { AGENCY_MODE: 'echo' }],
  ];
  const programs = kinds.map(async ([call, more]) => {
    const { env, untilItHangs } = plantHang(t, call);
    const address = { CLI_SERVER_ADDRESS: 'a-name.example:12345' };
    const program = startAgency(t, { port: 0, env: { ...env, ...address, ...more } });
    await untilItHangs();
    return program;
  });
  await Promise.all((await Promise.all(programs)).map((program) => ends(program, 'SIGINT')));
});

test('a command that hangs ends by a signal', async (t) => {
  const { env, untilItHangs } = plantHang(t, 'open');
  const program = new Program(['verify', temporaryFolder(t)], env);
  t.after(() => program.kill());
  await untilItHangs();
  program.signal('SIGTERM');
  assert.deepEqual(await program.exited, { code: null, signal: 'SIGTERM' });
});
