/**
 * A socket as machines see it, on either side: whole messages in, whole messages out.
 *
 * The channel decodes messages one at a time, and only while the machine wants them. So a paused machine hears nothing,
 * the rest stays in the kernel, and a fast peer cannot make the memory grow. The peer's end keeps its place behind the
 * messages that came before it. Each peer has its turns, and a defect costs no more than its session.
 */
import type { SocketCommand } from '../../machines/vocabulary/socket.ts';
import { reasonOf } from '../errors.ts';
import { giveBack } from '../slab.ts';
import { Bill } from './bill.ts';
import type { ChannelOptions } from './channel-options.ts';
import { Outgoing } from './outgoing.ts';
import { PeerWatch, realClock } from './peer-watch.ts';
import { turns as loopTurns, type StrangersTask, type Turns } from './turns.ts';

/** How much of what arrives is passed on. */
type Flow = 'reading' | 'paused' | 'discarding';

export class Channel<TMessage extends { type: string }, TSaid> implements StrangersTask {
  /** Strangers have their turns after agencies. */
  isStranger = false;
  readonly address: string;
  turn = 0;
  served = 0;
  readonly #options: ChannelOptions<TMessage, TSaid>;
  readonly #turns: Turns;
  readonly #watch: PeerWatch;
  readonly #outgoing: Outgoing<TSaid>;
  readonly #bill = new Bill();
  #flow: Flow = 'reading';
  #peer: 'open' | 'ended' | 'reported' = 'open';
  #turn: 'unasked' | 'asked' | 'taken' = 'unasked';
  #isClosed = false;

  constructor(options: ChannelOptions<TMessage, TSaid>) {
    this.#options = options;
    this.#turns = options.turns ?? loopTurns;
    const { socket, decoder, emit, limits, clock = realClock } = options;
    this.address = socket.remoteAddress ?? '';
    const isRead = () => this.#flow !== 'paused' && !this.#isAsking();
    this.#watch = new PeerWatch({ socket, decoder, emit, isRead, limits, clock });
    socket.on('data', (chunk: Buffer) => {
      if (this.#flow === 'discarding') this.#discard(chunk.length);
      else this.#receive(chunk);
    });
    socket.on('end', () => this.#receiveEnd());
    this.#outgoing = new Outgoing({
      ...options,
      unwrittenBytes: limits.unwrittenBytes,
      onWritten: () => {
        if (this.#peer !== 'open') this.#watch.refusal();
      },
      onChoked: () => emit({ type: 'socket.choked' }),
      // Not at once: a server that tells thousands their winners first tells them all, then hears whose are written.
      onEmptied: () => queueMicrotask(() => this.#tellEmptied()),
    });
    socket.on('drain', () => this.#safely(() => this.#outgoing.writeOn()));
    socket.on('finish', () => emit({ type: 'socket.flushed' }));
    this.#watch.idle();
    let failure: string | undefined;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = reasonOf(error) || error.code;
    });
    socket.on('close', () => {
      this.#close();
      emit({ type: 'socket.closed', reason: failure });
      this.#turns.charge(this.#bill.total(this.isStranger));
    });
  }

  /** Starts to read. */
  start(): void {
    this.#options.socket.resume();
  }

  command(command: SocketCommand<TSaid>): void {
    try {
      this.#obey(command);
    } catch (error) {
      this.#break(error);
    }
  }

  destroy(): void {
    this.#flow = 'discarding';
    this.#close();
    this.#options.socket.removeAllListeners().on('error', () => {});
    this.#options.socket.destroy();
  }

  get isHeavy(): boolean {
    return this.#flow === 'discarding' || this.#bill.isHeavy;
  }

  /** Handles messages until its turn is over. */
  work(): boolean {
    if (this.#isClosed) return false;
    this.#turn = 'taken';
    let hasMore = false;
    try {
      this.#takeBurst();
      hasMore = this.#deliver();
    } catch (error) {
      this.#break(error);
    }
    this.#turn = hasMore ? 'asked' : 'unasked';
    return hasMore;
  }

  #obey(command: SocketCommand<TSaid>): void {
    const { socket } = this.#options;
    switch (command.type) {
      case 'socket.write':
        this.#outgoing.write(command.data, () => giveBack(command.data));
        break;
      case 'socket.say':
        this.#outgoing.say(command.message);
        break;
      case 'socket.sayAll':
        this.#outgoing.sayAll(command.messages);
        break;
      case 'socket.sayInParts':
        this.#outgoing.sayInParts(command.message);
        break;
      case 'socket.pause':
        if (this.#flow !== 'reading') return;
        this.#flow = 'paused';
        // Nobody reads: it is not the peer's fault that the line does not end.
        this.#watch.forget();
        socket.pause();
        break;
      case 'socket.take':
        this.#options.decoder.take?.();
        queueMicrotask(() => this.#ask());
        break;
      case 'socket.resume':
        if (this.#flow !== 'paused') return;
        this.#flow = 'reading';
        // Later, because now the machine is in the middle of a step and could not pause before the next message.
        queueMicrotask(() => this.#ask());
        break;
      case 'socket.end':
        // Who was at something else as it closed, and did not listen, would wait for it.
        if (this.#isClosed) {
          this.#options.emit({ type: 'socket.closed', reason: undefined });
          return;
        }
        // Reads and drops what still arrives: a close with unread bytes would reset the connection, and lose the last
        // answer on its way.
        this.#flow = 'discarding';
        this.#watch.forget();
        socket.resume();
        this.#outgoing.end();
        break;
      case 'socket.destroy':
        socket.destroy();
    }
  }

  #close(): void {
    this.#isClosed = true;
    this.#watch.end();
  }

  /** An error that is thrown here is a defect. It costs this session: what still arrives is dropped. */
  #break(error: unknown): void {
    this.#flow = 'discarding';
    this.#watch.forget();
    this.#options.emit({ type: 'socket.broken', error });
  }

  /** Runs what may make room for a message, or bring one, and then asks for a turn. */
  #safely(run: () => void): void {
    try {
      run();
      this.#ask();
    } catch (error) {
      this.#break(error);
    }
  }

  #tellEmptied(): void {
    if (!this.#isClosed) this.#options.emit({ type: 'socket.emptied' });
  }

  #receive(chunk: Buffer): void {
    try {
      if (this.isStranger) this.#bill.hear(chunk.length);
      this.#options.decoder.push(chunk);
      this.#watch.forgetPause();
      this.#ask();
    } catch (error) {
      this.#break(error);
    }
  }

  /** What came since the channel asked for its turn waits in the socket: `read` emits it as `data`, like the rest. */
  #takeBurst(): void {
    const { socket, inBursts } = this.#options;
    if (!inBursts || this.#flow !== 'reading' || !socket.isPaused()) return;
    while (socket.read() !== null);
  }

  /** A peer that goes on sending after its session is served with the strangers, and only for a while. */
  #discard(bytes: number): void {
    this.#bill.discard(bytes);
    if (this.#bill.isOverdrawn) this.#options.socket.destroy();
    this.#ask(true);
  }

  #receiveEnd(): void {
    if (this.#peer !== 'open') return;
    this.#peer = 'ended';
    this.#watch.refusal();
    this.#safely(() => this.#options.decoder.end());
  }

  /** Asks for a turn. Until it comes the channel reads nothing more: what the peer sends waits in the kernel. */
  #ask(isStranger = this.isStranger): void {
    if (this.#turn !== 'unasked' || this.#isClosed) return;
    this.#turn = 'asked';
    if (isStranger) this.#turns.later(this);
    else if (this.#options.inBursts) this.#turns.next(this);
    else this.#turns.soon(this);
    if (this.#isAsking() && this.#flow !== 'paused') this.#options.socket.pause();
  }

  #isAsking(): boolean {
    return this.#turn === 'asked';
  }

  /**
   * A message's handling may pause, resume or end: the loop looks again before each. A peer that does not read
   * its answers is not read either, so it fills its own memory.
   *
   * @returns whether its turn was over before there was nothing more to deliver
   */
  #deliver(): boolean {
    const { socket, decoder, emit } = this.#options;
    if (this.#flow === 'discarding') socket.resume();
    while (this.#flow === 'reading' && !socket.writableNeedDrain) {
      if (!this.#turns.goesOn()) return true;
      const message = decoder.next();
      if (message === undefined) break;
      emit(message);
    }
    this.#watch.forgetPause();
    if (this.#flow === 'reading' && socket.writableNeedDrain) {
      this.#watch.forget();
      socket.pause();
      return false;
    }
    if (this.#flow === 'reading' && this.#peer === 'ended') {
      this.#peer = 'reported';
      emit({ type: 'socket.ended' });
    }
    if (this.#flow !== 'reading') return false;
    this.#watch.frame();
    if (this.#flow !== 'reading') return false;
    this.#watch.pause();
    if (socket.isPaused()) socket.resume();
    return false;
  }
}
