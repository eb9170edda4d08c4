/** Whoever else calls: people with netcat, port scanners, programs of another protocol. */
import type { Visit } from './scenario.ts';
import type { Meddling, Stage } from './stage.ts';

/** Simulated milliseconds after which a visitor leaves; the server's own patience may end before. */
const STAY_MS = 4_000;

const wordsOf = ({ random }: Stage, visit: Visit): string => {
  switch (visit) {
    case 'echo':
      return `hola ${random.between(1, 9)}\n${random.between(0, 1) ? 'chau' : ''}`;
    case 'pause':
      return random.pick(['hola\n', 'hola', 'hola\nchau']);
    case 'nothing':
      return '';
    case 'halfALine':
      return random.pick(['HELLO:', 'GET / HT', '9']);
    case 'garbage':
      return random.pick(['\x16\x03\x01\x02', 'HELLO:x\n', 'HELLO:99\n', 'HELLO:-1\nBATCH', '\0'.repeat(99)]);
    case 'flood':
      return '\n'.repeat(random.between(10, 40));
    case 'longLine':
      return `HELLO:${'1'.repeat(9_000)}`;
  }
};

/** A visitor that leaves by itself. An echo must be the whole of what was said, for who waits for it. */
export const receiveVisitor = (stage: Stage, operator: Meddling, visit: Visit): void => {
  const { time, network, random, violate } = stage;
  const { epoch } = operator;
  const socket = network.connect();
  const words = wordsOf(stage, visit);
  let heard = '';
  let isBroken = true; // until it is connected
  const waits = visit === 'echo' || visit === 'pause';
  const leave = time.setTimeout(() => socket.destroy(), waits ? 4 * STAY_MS : random.between(10, STAY_MS));
  socket.on('connect', () => {
    isBroken = false;
    if (words !== '') socket.write(Buffer.from(words));
    // The other one ends nothing: that it pauses must be enough.
    if (visit === 'echo') socket.end();
  });
  socket.on('data', (data: Buffer) => {
    heard += data.toString('utf8');
  });
  socket.on('error', () => {
    isBroken = true;
  });
  socket.on('close', () => {
    time.clearTimeout(leave);
    if (!waits || isBroken || heard.includes('ERROR') || heard === words) return;
    const text = `an echo of ${JSON.stringify(words)} comes back as ${JSON.stringify(heard)}`;
    operator.unlessExcused(epoch, () => violate(text));
  });
};
