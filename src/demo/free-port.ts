/** A port for a program that opens it later. */
import { randomInt } from 'node:crypto';
import { DEMO_PORTS } from '../limits.ts';
import { isFree } from '../net/free-port.ts';

const given = new Set<number>();

/**
 * A free port, another one each time, below those that a kernel gives to outgoing calls: one of these could be given away again before the
 * program opens it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(...DEMO_PORTS);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}
