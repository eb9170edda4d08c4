/** Handshakes come in turn, an address at a time: whoever wants thousands waits for them, and nobody else does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HANDSHAKES, HANDSHAKES_OF_ADDRESS } from '../../src/limits.ts';
import { type Handshake, Handshakes } from '../../src/net/handshakes.ts';
import { endlessTurn } from '../../src/net/turns.ts';

/** So many of an address, each of which notes that it has begun. */
const some = (address: string, count: number, begun: Handshake[]): Handshake[] =>
  Array.from({ length: count }, () => {
    const handshake = { address, begin: () => void begun.push(handshake) };
    return handshake;
  });

/** A turn is one of the event loop, whatever it costs. */
const stage = () =>
  new Handshakes({
    ...endlessTurn,
    welcome: (task) => setImmediate(() => task.work()),
  });

/** Until no turn begins another. */
const settled = async (begun: readonly Handshake[]) => {
  for (let still = 0, last = -1; still < 5; still = last === begun.length ? still + 1 : 0) {
    last = begun.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
};

test('so many are under way, and of one address fewer; each that ends lets in another', async () => {
  const handshakes = stage();
  const begun: Handshake[] = [];
  const flood = some('10.0.0.1', 3 * HANDSHAKES, begun);
  for (const one of flood) handshakes.ask(one);
  await settled(begun);
  assert.equal(begun.length, HANDSHAKES_OF_ADDRESS);
  for (const address of ['10.0.0.2', '10.0.0.3']) {
    for (const one of some(address, HANDSHAKES, begun)) handshakes.ask(one);
  }
  await settled(begun);
  assert.equal(begun.length, HANDSHAKES);
  handshakes.leave(flood[0]!);
  await settled(begun);
  assert.equal(begun.length, HANDSHAKES + 1);
});

test('addresses are served in turn', async () => {
  const handshakes = stage();
  const begun: Handshake[] = [];
  for (const one of some('10.0.0.1', 2 * HANDSHAKES, begun)) handshakes.ask(one);
  const [honest] = some('10.0.0.2', 1, begun);
  handshakes.ask(honest!);
  await settled(begun);
  assert.ok(begun.indexOf(honest!) <= 1, `it came as number ${begun.indexOf(honest!)}`);
});

test('who leaves before its turn is not begun', async () => {
  const handshakes = stage();
  const begun: Handshake[] = [];
  const [one, other] = some('10.0.0.1', 2, begun);
  handshakes.ask(one!);
  handshakes.ask(other!);
  handshakes.leave(one!);
  await settled(begun);
  assert.deepEqual(begun, [other]);
});

test('strangers pay for both halves of a handshake', async () => {
  const charged = Promise.withResolvers<number>();
  const handshakes = new Handshakes({ ...endlessTurn, charge: charged.resolve });
  let took = 0;
  const begin = () => {
    const from = performance.now();
    while (took < 5) took = performance.now() - from;
  };
  handshakes.ask({ address: '10.0.0.1', begin });
  const ms = await charged.promise;
  assert.ok(ms >= 2 * took, `${ms} ms for ${took} ms and as much again`);
});
