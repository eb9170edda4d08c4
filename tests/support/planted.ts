/**
 * Loaded before the program (NODE_OPTIONS=--import): plants what no honest machine does. `PLANTED_HANG` is a call that
 * never returns and holds one of Node's threads, as with a disk or a name server that hangs: `open`, `lookup`, or a
 * method of an open file; `writev:1` goes well once. When it hangs there is a file `PLANTED_FIFO`.hangs. A SIGUSR2 is an
 * exception that no actor catches.
 */
import dns from 'node:dns';
import { constants, writeFileSync } from 'node:fs';
import fs, { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

type Call = (...args: never[]) => unknown;

const { PLANTED_HANG = '', PLANTED_FIFO = '' } = process.env;

const plantHang = async (): Promise<void> => {
  const [call = '', times = '0'] = PLANTED_HANG.split(':');
  // Open for reading too, so that nobody else is needed; nobody ever reads what is written.
  const fifo = await open(PLANTED_FIFO, constants.O_RDWR);
  const write = fifo.write.bind(fifo);
  const place = (call === 'lookup' ? dns : call === 'open' ? fs : Object.getPrototypeOf(fifo)) as Record<
    string,
    Call
  >;
  const honest = place[call]!;
  let left = Number(times);
  place[call] = function (this: unknown, ...args) {
    if (left-- > 0) return honest.apply(this, args);
    writeFileSync(`${PLANTED_FIFO}.hangs`, '');
    void write(Buffer.alloc(1024 * 1024));
    return new Promise(() => {});
  };
  syncBuiltinESMExports();
};

if (PLANTED_HANG !== '') await plantHang();

process.on('SIGUSR2', () => {
  setTimeout(() => {
    throw new Error('planted');
  });
});
