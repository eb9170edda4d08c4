/** The timers of one socket, which tell a peer's silence, slowness or end. */
import type { Socket } from 'node:net';
import type { SocketEvent } from '../../machines/vocabulary/socket.ts';
import { REFUSAL_PROBE_MS, REFUSAL_PROBES } from '../limits.ts';

export type ChannelLimits = {
  /** Milliseconds in which a begun line must end. */
  frameMs: number;
  /** Milliseconds without a byte. */
  idleMs: number;
  /** Milliseconds without a byte that are a pause, if a pause means something to the decoder. */
  pauseMs?: number;
  /** Bytes that may wait to be written. */
  unwrittenBytes: number;
};

/** Where time comes from; XState's SimulatedClock is one. */
export interface Clock {
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const realClock: Clock = {
  setTimeout: (fn, ms) => setTimeout(fn, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

type PeerWatchOptions = {
  socket: Socket;
  /** What the peer has begun to say. */
  decoder: { readonly hasPartialFrame: boolean; readonly linesEnded: number; readonly pauseTells?: boolean };
  emit: (event: SocketEvent) => void;
  /** Whether all that arrived was read. If not, a silence is not the peer's fault. */
  isRead: () => boolean;
  limits: ChannelLimits;
  clock: Clock;
};

/** A line that is begun: the one after `line` others. */
type Frame = {
  line: number;
  timer?: unknown;
  /** Its time has passed, and nobody was told yet. */
  isOver: boolean;
};

const NOTHING = Buffer.alloc(0);

export class PeerWatch {
  readonly #options: PeerWatchOptions;
  #isOver = false;
  #probeTimer: unknown;
  #pauseTimer: unknown;
  #frame: Frame | undefined;

  constructor(options: PeerWatchOptions) {
    this.#options = options;
  }

  /**
   * Each begun line has a deadline of its own, which more bytes of it do not move. If it passes while bytes wait for their
   * turn, these are read first: they may end the line.
   */
  frame(): void {
    const { decoder, emit, isRead, limits, clock } = this.#options;
    const tell = () => emit({ type: 'frame.expired' });
    if (decoder.hasPartialFrame && this.#frame?.line === decoder.linesEnded) {
      if (this.#frame.isOver) tell();
      this.#frame.isOver = false;
      return;
    }
    this.#forgetFrame();
    if (!decoder.hasPartialFrame) return;
    const frame: Frame = { line: decoder.linesEnded, isOver: false };
    frame.timer = clock.setTimeout(() => {
      if (isRead()) tell();
      else frame.isOver = true;
    }, limits.frameMs);
    this.#frame = frame;
  }

  /**
   * A pause is the silence after the last byte. If this process was busy for that long, the timer is over though bytes
   * wait: these are read first.
   */
  pause(): void {
    const { decoder, emit, limits, clock } = this.#options;
    if (!decoder.pauseTells || limits.pauseMs === undefined) return;
    const tell = () => emit({ type: 'peer.paused', midLine: decoder.hasPartialFrame });
    const readFirst = () => {
      this.#pauseTimer = clock.setTimeout(tell, 0);
    };
    this.#pauseTimer = clock.setTimeout(readFirst, limits.pauseMs);
  }

  /**
   * A peer that ended its side may be gone, and then it refuses what was written to it. The kernel tells us of that
   * only when we write again, so we write nothing, a few times.
   */
  refusal(): void {
    const { socket, clock } = this.#options;
    let left = REFUSAL_PROBES;
    const probe = () => {
      if (left-- === 0 || !socket.writable) return;
      socket.write(NOTHING);
      this.#probeTimer = clock.setTimeout(probe, REFUSAL_PROBE_MS);
    };
    clock.clearTimeout(this.#probeTimer);
    this.#probeTimer = clock.setTimeout(probe, REFUSAL_PROBE_MS);
  }

  /** Told again for each idle time that passes; while nobody reads, the silence is not the peer's fault. */
  idle(): void {
    const { socket, emit, isRead, limits } = this.#options;
    socket.setTimeout(limits.idleMs, () => {
      if (socket.writableLength > 0) emit({ type: 'socket.choked' });
      else if (isRead()) emit({ type: 'socket.idled' });
      if (!this.#isOver) this.idle();
    });
  }

  /** Neither a begun line nor a pause is held against the peer. */
  forget(): void {
    this.#forgetFrame();
    this.forgetPause();
  }

  forgetPause(): void {
    if (this.#pauseTimer === undefined) return;
    this.#options.clock.clearTimeout(this.#pauseTimer);
    this.#pauseTimer = undefined;
  }

  /** The socket is closed. */
  end(): void {
    this.#isOver = true;
    this.forget();
    this.#options.clock.clearTimeout(this.#probeTimer);
  }

  #forgetFrame(): void {
    this.#options.clock.clearTimeout(this.#frame?.timer);
    this.#frame = undefined;
  }
}
