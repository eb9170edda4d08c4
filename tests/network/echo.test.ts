/** An echo session gives back each line as it came. */
import { test } from 'node:test';
import { Peer } from '../support/peer.ts';
import { startServer } from '../support/system.ts';

test('lines go back as they came, glued, cut or without an end, until the peer closes', async (t) => {
  const { program, port } = await startServer(t);
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
  await program.line('msg: three \\x7c result: fail');
});

test('a message without its newline goes back when the peer ends its side, as netcat does', async (t) => {
  const { port } = await startServer(t);
  const peer = await Peer.connect(port);
  peer.end('no end');
  const [said] = (await peer.socket.toArray()) as Buffer[];
  t.assert.equal(said?.toString(), 'no end');
});
