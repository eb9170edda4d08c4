/**
 * A socket as machines see it, on either side: whole messages in, whole messages out.
 *
 * Messages are decoded one at a time and only while they are wanted, so that a paused machine is told nothing
 * and what it has not asked for stays in the kernel: nobody's speed grows memory. An end of the peer keeps its
 * place behind the messages that came before it.
 */
import type { Socket } from 'node:net';
import type { SocketCommand, SocketEvent } from '../../machines/events.ts';
import { REFUSAL_PROBE_MS, REFUSAL_PROBES } from '../limits.ts';
import { PartWriter } from './part-writer.ts';

/** Bytes in, messages out, one at a time; without a socket. */
export interface Decoder<TMessage> {
  push(chunk: Buffer): void;
  next(): TMessage | undefined;
  /** The peer will send no more. */
  end(): void;
  /** A line was begun and is not ended. */
  readonly hasPartialFrame: boolean;
  /** Lines that have ended so far: tells one begun line from the next. */
  readonly linesEnded: number;
  /** Whether a pause of the peer has a meaning now; where that never is, it is not there. */
  readonly pauseTells?: boolean;
  /** What has come of a line is all of it. */
  take?(): void;
}

export type ChannelLimits = {
  /** Milliseconds in which a begun line must end. */
  frameMs: number;
  /** Milliseconds without a byte. */
  idleMs: number;
  /** Milliseconds without a byte that are a pause, for a decoder to which one tells something. */
  pauseMs?: number;
  /** Bytes that may wait to be written. */
  unwrittenBytes: number;
};

export type ChannelOptions<TMessage, TSaid> = {
  socket: Socket;
  decoder: Decoder<TMessage>;
  encode: (message: TSaid) => Buffer;
  /** A message that may be long, in parts that are made as they are asked for; one part unless told. */
  encodeParts?: (message: TSaid) => Iterable<Buffer>;
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

const NOTHING = Buffer.alloc(0);

/** How much of what arrives is passed on. */
type Flow = 'reading' | 'paused' | 'discarding';

export class Channel<TMessage extends { type: string }, TSaid> {
  readonly #options: ChannelOptions<TMessage, TSaid>;
  #flow: Flow = 'reading';
  #peer: 'open' | 'ended' | 'reported' = 'open';
  #delivering = false;
  #isClosed = false;
  readonly #clock: Clock;
  readonly #parts: PartWriter;
  #probeTimer: unknown;
  #pauseTimer: unknown;
  /** Runs while a line is begun: the one after `line` others. */
  #frame: { timer: unknown; line: number } | undefined;

  constructor(options: ChannelOptions<TMessage, TSaid>) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    const { socket, emit } = options;
    socket.on('data', (chunk) => this.#receive(chunk as Buffer));
    socket.on('end', () => this.#receiveEnd());
    this.#parts = new PartWriter(socket, () => emit({ type: 'socket.emptied' }));
    socket.on('drain', () => {
      this.#parts.writeOn();
      this.#deliver();
    });
    socket.on('finish', () => emit({ type: 'socket.flushed' }));
    this.#watchIdle();
    let failure: string | undefined;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.message || error.code;
    });
    socket.on('close', () => {
      this.#isClosed = true;
      this.#forgetFrame();
      this.#forgetPause();
      this.#clock.clearTimeout(this.#probeTimer);
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
      case 'socket.sayAll':
        if (command.messages.length > 0)
          this.#write(Buffer.concat(command.messages.map(this.#options.encode)));
        break;
      case 'socket.sayInParts': {
        const { encode, encodeParts = (message) => [encode(message)] } = this.#options;
        this.#parts.begin(encodeParts(command.message));
        if (this.#peer !== 'open') this.#watchRefusal();
        break;
      }
      case 'socket.pause':
        if (this.#flow !== 'reading') return;
        this.#flow = 'paused';
        // Nobody reads: that the line does not end is not the peer's doing.
        this.#forgetFrame();
        this.#forgetPause();
        socket.pause();
        break;
      case 'socket.take':
        this.#options.decoder.take?.();
        queueMicrotask(() => this.#deliver());
        break;
      case 'socket.resume':
        if (this.#flow !== 'paused') return;
        this.#flow = 'reading';
        // Later: now the machine is in the middle of a step, and could not pause before the next message.
        queueMicrotask(() => this.#deliver());
        break;
      case 'socket.end':
        // What still arrives is read and dropped: a close with unread bytes would reset the connection, and
        // with it the last answer on its way.
        this.#flow = 'discarding';
        this.#forgetFrame();
        this.#forgetPause();
        socket.resume();
        this.#parts.end();
        break;
      case 'socket.destroy':
        socket.destroy();
    }
  }

  destroy(): void {
    this.#isClosed = true;
    this.#flow = 'discarding';
    this.#forgetFrame();
    this.#forgetPause();
    this.#clock.clearTimeout(this.#probeTimer);
    this.#options.socket.removeAllListeners().on('error', () => {});
    this.#options.socket.destroy();
  }

  #write(data: Buffer): void {
    const { socket, emit, limits } = this.#options;
    if (!socket.writable) return;
    this.#parts.drop();
    // One message may be longer than that: what counts is what had not left before it.
    const isChoked = socket.writableLength > limits.unwrittenBytes;
    socket.write(data);
    if (this.#peer !== 'open') this.#watchRefusal();
    if (isChoked) emit({ type: 'socket.choked' });
  }

  #receive(chunk: Buffer): void {
    if (this.#flow === 'discarding') return;
    this.#options.decoder.push(chunk);
    this.#deliver();
  }

  #receiveEnd(): void {
    if (this.#peer !== 'open') return;
    this.#peer = 'ended';
    this.#watchRefusal();
    this.#options.decoder.end();
    this.#deliver();
  }

  /**
   * A message's handling may pause, resume or end: the loop looks again before each. A peer that does not read
   * its answers is not read either, so it fills its own memory.
   */
  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    const { socket, decoder, emit } = this.#options;
    while (this.#flow === 'reading' && !socket.writableNeedDrain) {
      const message = decoder.next();
      if (message === undefined) break;
      emit(message);
    }
    this.#delivering = false;
    this.#forgetPause();
    if (this.#flow === 'reading' && socket.writableNeedDrain) {
      this.#forgetFrame();
      socket.pause();
      return;
    }
    if (this.#flow === 'reading' && this.#peer === 'ended') {
      this.#peer = 'reported';
      emit({ type: 'socket.ended' });
    }
    if (this.#flow !== 'reading') return;
    this.#watchFrame();
    this.#watchPause();
    if (socket.isPaused()) socket.resume();
  }

  /**
   * Each byte moves it: a pause is the silence after the last one. A process that was busy for as long finds the
   * timer over and bytes to read: these come first.
   */
  #watchPause(): void {
    const { decoder, emit, limits } = this.#options;
    if (!decoder.pauseTells || limits.pauseMs === undefined) return;
    const tell = () => emit({ type: 'peer.paused', midLine: decoder.hasPartialFrame });
    const readFirst = () => {
      this.#pauseTimer = this.#clock.setTimeout(tell, 0);
    };
    this.#pauseTimer = this.#clock.setTimeout(readFirst, limits.pauseMs);
  }

  #forgetPause(): void {
    if (this.#pauseTimer === undefined) return;
    this.#clock.clearTimeout(this.#pauseTimer);
    this.#pauseTimer = undefined;
  }

  /** An absolute deadline for each begun line: its dripping bytes do not move it, and the next has its own. */
  #watchFrame(): void {
    const { decoder, emit, limits } = this.#options;
    if (decoder.hasPartialFrame && this.#frame?.line === decoder.linesEnded) return;
    this.#forgetFrame();
    if (!decoder.hasPartialFrame) return;
    const timer = this.#clock.setTimeout(() => emit({ type: 'frame.expired' }), limits.frameMs);
    this.#frame = { timer, line: decoder.linesEnded };
  }

  #forgetFrame(): void {
    this.#clock.clearTimeout(this.#frame?.timer);
    this.#frame = undefined;
  }

  /**
   * A peer that ended its side may be gone: then it refuses what was written to it. Who has read the end is told
   * of that only when it writes again, so nothing is written, a few times.
   */
  #watchRefusal(): void {
    const { socket } = this.#options;
    let left = REFUSAL_PROBES;
    const probe = () => {
      if (left-- === 0 || !socket.writable) return;
      socket.write(NOTHING);
      this.#probeTimer = this.#clock.setTimeout(probe, REFUSAL_PROBE_MS);
    };
    this.#clock.clearTimeout(this.#probeTimer);
    this.#probeTimer = this.#clock.setTimeout(probe, REFUSAL_PROBE_MS);
  }

  /** Said again for each idle time that passes; while nobody reads, silence is not the peer's. */
  #watchIdle(): void {
    const { socket, emit, limits } = this.#options;
    socket.setTimeout(limits.idleMs, () => {
      if (socket.writableLength > 0) emit({ type: 'socket.choked' });
      else if (this.#flow !== 'paused') emit({ type: 'socket.idled' });
      if (!this.#isClosed) this.#watchIdle();
    });
  }
}
