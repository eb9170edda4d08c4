/**
 * Honest askers, in a process of their own: `node asking.ts PORT SERVER_PID`. Until SIGTERM, again and again, each one
 * question at a time: a stranger wants an echo, an agency (7) calls and says who it is, another (8) has a bet stored.
 *
 * Says the slowest answer of each as JSON, in milliseconds without those in which the server or the asker waited for a
 * processor, as the kernel counts them: what a machine that has other work does is not the server's doing.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

export type Slowest = Record<'echo' | 'welcome' | 'stored', number>;

/** Milliseconds between an answer and the next question. */
const PAUSE_MS = 20;

/** Milliseconds for which a process' main thread was ready to run and did not. */
const waited = (pid: number): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0; // a kernel that does not count them
  }
};

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** Says something on a new connection. @returns whether it was answered, were it BUSY */
const call = (port: number, said: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(said));
    socket
      .once('data', () => {
        resolve(true);
        socket.destroy();
      })
      .once('close', () => resolve(false))
      .once('error', () => {});
  });

/** One that stays, and comes back when it is closed. */
class Agency {
  readonly #port: number;
  #socket: Socket | undefined;
  #hear: (isAnswer: boolean) => void = () => {};
  #bets = 0;

  constructor(port: number) {
    this.#port = port;
  }

  async open(): Promise<boolean> {
    if (this.#socket) return true;
    const socket = connect(this.#port, '127.0.0.1');
    this.#socket = socket;
    socket
      .on('data', () => this.#hear(true))
      .on('error', () => {})
      .on('close', () => {
        this.#socket = undefined;
        this.#hear(false);
      });
    return this.#ask('HELLO:8\n');
  }

  bet(): Promise<boolean> {
    this.#bets += 1;
    return this.#ask(`BET:b${this.#bets}:8,Ana,Paz,12345678,2000-01-01,${this.#bets % 9_999}\n`);
  }

  #ask(said: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#hear = resolve;
      this.#socket?.write(said);
    });
  }
}

if (import.meta.main) {
  const [port = 0, server = 0] = process.argv.slice(2).map(Number);
  const slowest: Slowest = { echo: 0, welcome: 0, stored: 0 };
  const again = async (kind: keyof Slowest, ask: () => Promise<boolean>, prepare = async () => true) => {
    for (;;) {
      const isReady = await prepare();
      const from = performance.now();
      const [serverWaited, askerWaited] = [waited(server), waited(process.pid)];
      if (isReady && (await ask())) {
        const others = waited(server) - serverWaited + waited(process.pid) - askerWaited;
        slowest[kind] = Math.max(slowest[kind], performance.now() - from - others);
      }
      await pause();
    }
  };
  process.on('SIGTERM', () => {
    console.log(JSON.stringify(slowest));
    process.exit();
  });
  const agency = new Agency(port);
  void again('echo', () => call(port, 'hola\n'));
  void again('welcome', () => call(port, 'HELLO:7\n'));
  void again(
    'stored',
    () => agency.bet(),
    () => agency.open(),
  );
  console.log('asking');
}
