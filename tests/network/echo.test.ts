/** An echo session gives back each line as it came, and ends with a peer that has nothing more to say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBets, wireBets } from '../support/bets.ts';
import { Peer } from '../support/peer.ts';
import { startServer } from '../support/system.ts';

/** Longer than anything here takes: for peers that are in no hurry. */
const PATIENT = { SERVER_PAUSE_TIMEOUT: '30s' };

test('lines go back as they came, glued, cut or without an end, until the peer closes', async (t) => {
  const { program, port } = await startServer(t, { env: PATIENT });
  const peer = await Peer.connect(port);
  peer.send('[CLIENT 1] Message N°1\n');
  await peer.expectLine('[CLIENT 1] Message N°1');
  peer.send('two\n\nthree | result: fail\r\n');
  await peer.expectLines('two', '', 'three | result: fail\r');
  await peer.sendBytes('ñandú\nHELLO:1\n');
  await peer.expectLines('ñandú', 'HELLO:1');
  peer.end();
  await peer.expectEnd();
  await program.line(
    'action: receive_message | result: success | ip: 127.0.0.1 | msg: [CLIENT 1] Message N°1',
  );
  await program.line('msg: two\\n\\nthree \\x7c result: fail');
});

test('a message without its newline goes back when the peer ends its side, as some netcats do', async (t) => {
  const { port } = await startServer(t, { env: PATIENT });
  const peer = await Peer.connect(port);
  peer.end('no end');
  assert.equal(await allOf(peer), 'no end');
});

/** All that the server says until it ends, of a peer that does not end first, as most netcats. */
const allOf = async (peer: Peer): Promise<string> =>
  Buffer.concat((await peer.socket.toArray()) as Buffer[]).toString();

/** What comes back of what a netcat says that does not end its side. */
const netcat = async (port: number, said: string | readonly string[]): Promise<string> => {
  const peer = await Peer.connect(port);
  await peer.sendPieces([said].flat());
  const heard = await allOf(peer);
  peer.end();
  return heard;
};

test('a netcat that never ends its side hears its message and the end, whatever the message is', async (t) => {
  const { program, port } = await startServer(t);
  const messages = [
    'hola\n',
    'hola',
    '\n',
    'ñandú 🎉\n',
    'ñandú 🎉',
    'uno\ndos\n\ntres\n',
    'uno\ndos',
    `${'x'.repeat(8_191)}\n`,
    'x'.repeat(8_191),
    // Neither HELLO:<agency> nor bets of the original.
    'HELLO',
    'DONE',
    'DONE:hola\n',
    'DONE:1 hola\n',
    'DONE:\n',
    '1,2,3 probando\n',
    '1,2,3 probando',
    '7,\n',
    '2026-11-26,hola\n',
    '1,2,3,4,5,6\n',
    `${wireBets(makeBets(1, 2))};hola\n`,
  ];
  await Promise.all(
    messages.map(async (message) => assert.equal(await netcat(port, message), message, message.slice(0, 40))),
  );
  assert.equal(program.count('session | result: fail'), 0);
});

test('a netcat whose message comes in pieces hears it whole', async (t) => {
  const { port } = await startServer(t, { env: { SERVER_PAUSE_TIMEOUT: '2s' } });
  const messages = [
    ['ho', 'la'],
    ['ho', 'la\n'],
    ['D', 'ONE', ':1', ' hola\n'],
    ['1,2,', '3 probando\n'],
    ['HEL', 'LOS\n'],
  ];
  await Promise.all(
    messages.map(async (pieces) => assert.equal(await netcat(port, pieces), pieces.join(''))),
  );
});

test("without the original's dialect its lines are echoes like any other", async (t) => {
  const { port } = await startServer(t, { env: { SERVER_TP0: 'no' } });
  for (const said of [`${wireBets(makeBets(1, 2))}\n`, `${wireBets(makeBets(1, 1))};`, 'DONE:1', 'DONE:1\n'])
    assert.equal(await netcat(port, said), said);
});
