/** An agency for load only: as light as it can be, so that the server is what is measured. */
import { connect, type Socket } from 'node:net';
import { BatchEncoder } from '../../src/protocol/batch-encoder.ts';

/** Batches ready to be written, made before the clock starts. */
export type Upload = {
  agency: number;
  lines: readonly Buffer[];
  counts: readonly number[];
  count: number;
  crc: number;
};

export function encodeUpload(agency: number, csv: Buffer): Upload {
  const encoder = new BatchEncoder({ agency, dialect: 'quiniela', maxAmount: 120, maxBytes: 8_192 });
  encoder.push(csv);
  encoder.end();
  const lines: Buffer[] = [];
  const counts: number[] = [];
  for (;;) {
    const step = encoder.next()!;
    if (step.kind === 'end') return { agency, lines, counts, count: step.count, crc: step.crc };
    if (step.kind !== 'batch') throw new Error(`a row of the data is not valid: ${JSON.stringify(step)}`);
    lines.push(step.line);
    counts.push(step.count);
  }
}

export class LoadClient {
  readonly #socket: Socket;
  readonly #waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  #lines: string[] = [];
  #rest = '';

  /** Resolves once it is connected. */
  static connect(port: number): Promise<LoadClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new LoadClient(socket)));
    });
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text) => this.#hear(text as unknown as string));
    const fail = (error?: Error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error ?? new Error('the server closed'));
    };
    socket.on('error', fail);
    socket.on('close', () => fail());
  }

  write(data: Buffer | string): void {
    this.#socket.write(data);
  }

  /** The next line that the server says, without its end. */
  line(): Promise<string> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** The rest of a line that begins with `word`. @throws if it begins otherwise */
  async expect(word: string): Promise<string> {
    const line = await this.line();
    if (!line.startsWith(word)) throw new Error(`the server says ${line}, expected ${word}`);
    return line.slice(word.length);
  }

  end(): void {
    this.#socket.end();
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) {
      const next = this.#waiting.shift();
      if (next) next.resolve(line);
      else this.#lines.push(line);
    }
  }
}
