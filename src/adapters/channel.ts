/**
 * A socket as machines see it, on either side: whole messages in, whole messages out.
 *
 * Messages are decoded one at a time and only while they are wanted, so that a paused machine is told nothing
 * and what it has not asked for stays in the kernel: nobody's speed grows memory. An end of the peer keeps its
 * place behind the messages that came before it.
 */
import type { Socket } from 'node:net';
import type { SocketCommand, SocketEvent } from '../../machines/events.ts';

/** Bytes in, messages out, one at a time; without a socket. */
export interface Decoder<TMessage> {
  push(chunk: Buffer): void;
  next(): TMessage | undefined;
  /** The peer will send no more. */
  end(): void;
  /** A line was begun and is not ended. */
  readonly hasPartialFrame: boolean;
}

export type ChannelLimits = {
  /** Milliseconds in which a begun line must end. */
  frameMs: number;
  /** Milliseconds without a byte. */
  idleMs: number;
  /** Bytes that may wait to be written. */
  unwrittenBytes: number;
};

export type ChannelOptions<TMessage, TSaid> = {
  socket: Socket;
  decoder: Decoder<TMessage>;
  encode: (message: TSaid) => Buffer;
  emit: (event: TMessage | SocketEvent) => void;
  limits: ChannelLimits;
  /** Real time, unless told otherwise. */
  clock?: Clock | undefined;
};

/** Where time comes from; XState's SimulatedClock is one. */
export interface Clock {
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

const realClock: Clock = {
  setTimeout: (fn, ms) => setTimeout(fn, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** How much of what arrives is passed on. */
type Flow = 'reading' | 'paused' | 'discarding';

export class Channel<TMessage extends { type: string }, TSaid> {
  readonly #options: ChannelOptions<TMessage, TSaid>;
  #flow: Flow = 'reading';
  #peer: 'open' | 'ended' | 'reported' = 'open';
  #delivering = false;
  readonly #clock: Clock;
  #frameTimer: unknown;

  constructor(options: ChannelOptions<TMessage, TSaid>) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    const { socket, emit, limits } = options;
    socket.on('data', (chunk) => this.#receive(chunk as Buffer));
    socket.on('end', () => this.#receiveEnd());
    socket.on('finish', () => emit({ type: 'socket.flushed' }));
    socket.setTimeout(limits.idleMs, () => emit({ type: 'socket.idled' }));
    let failure: string | undefined;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.message || error.code;
    });
    socket.on('close', () => {
      this.#clock.clearTimeout(this.#frameTimer);
      emit({ type: 'socket.closed', reason: failure });
    });
  }

  /** Starts to read. */
  start(): void {
    this.#options.socket.resume();
  }

  command(command: SocketCommand<TSaid>): void {
    const { socket } = this.#options;
    switch (command.type) {
      case 'socket.write':
        this.#write(command.data);
        break;
      case 'socket.say':
        this.#write(this.#options.encode(command.message));
        break;
      case 'socket.pause':
        if (this.#flow === 'reading') this.#flow = 'paused';
        socket.pause();
        break;
      case 'socket.resume':
        if (this.#flow !== 'paused') return;
        this.#flow = 'reading';
        this.#deliver();
        return;
      case 'socket.end':
        // What still arrives is read and dropped: a close with unread bytes would reset the connection, and
        // with it the last answer on its way.
        this.#flow = 'discarding';
        this.#clock.clearTimeout(this.#frameTimer);
        socket.resume();
        socket.end();
        break;
      case 'socket.destroy':
        socket.destroy();
    }
  }

  destroy(): void {
    this.#clock.clearTimeout(this.#frameTimer);
    this.#options.socket.removeAllListeners().on('error', () => {});
    this.#options.socket.destroy();
  }

  #write(data: Buffer): void {
    const { socket, emit, limits } = this.#options;
    if (!socket.writable) return;
    socket.write(data);
    if (socket.writableLength > limits.unwrittenBytes) emit({ type: 'socket.choked' });
  }

  #receive(chunk: Buffer): void {
    if (this.#flow === 'discarding') return;
    this.#options.decoder.push(chunk);
    this.#deliver();
  }

  #receiveEnd(): void {
    if (this.#peer !== 'open') return;
    this.#peer = 'ended';
    this.#options.decoder.end();
    this.#deliver();
  }

  /** A message's handling may pause, resume or end: the loop looks again before each. */
  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    const { socket, decoder, emit } = this.#options;
    while (this.#flow === 'reading') {
      const message = decoder.next();
      if (message === undefined) break;
      emit(message);
    }
    this.#delivering = false;
    if (this.#flow !== 'reading') return;
    if (this.#peer === 'ended') {
      this.#peer = 'reported';
      emit({ type: 'socket.ended' });
    }
    this.#watchFrame();
    if (socket.isPaused()) socket.resume();
  }

  /** An absolute deadline for a begun line: dripping bytes do not move it. */
  #watchFrame(): void {
    const { decoder, emit, limits } = this.#options;
    if (!decoder.hasPartialFrame) {
      this.#clock.clearTimeout(this.#frameTimer);
      this.#frameTimer = undefined;
    } else if (this.#frameTimer === undefined) {
      this.#frameTimer = this.#clock.setTimeout(() => emit({ type: 'frame.expired' }), limits.frameMs);
    }
  }
}
