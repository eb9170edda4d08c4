/** The moment that is shown: live, held, or played again. */
import type { Moments } from '../view/moments.ts';

/** Milliseconds without an event that are waited for while idle time is skipped. */
const IDLE_MS = 200;

export type Pace = {
  /** 1 is as fast as it was. */
  speed: number;
  skipsIdle: boolean;
};

export class Player {
  readonly #moments: Moments;
  readonly #changed: () => void;
  /** Number of the first event that has not happened yet; undefined while live. */
  #at: number | undefined;
  /** The run's time that is shown, and when that was. */
  #playing: { time: number; since: number } | undefined;
  #pace: Pace = { speed: 1, skipsIdle: true };

  constructor(moments: Moments, changed: () => void) {
    this.#moments = moments;
    this.#changed = changed;
  }

  get isLive(): boolean {
    return this.#at === undefined;
  }

  get isPlaying(): boolean {
    return this.#playing !== undefined;
  }

  /** What is held is kept no longer: the oldest that is kept is shown. */
  get isForgotten(): boolean {
    return this.#at !== undefined && this.#at < this.#moments.first && !this.isPlaying;
  }

  get at(): number {
    return Math.max(this.#moments.first, Math.min(this.#at ?? this.#moments.next, this.#moments.next));
  }

  /** Holds a moment. */
  goTo(number: number): void {
    this.#playing = undefined;
    this.#at = Math.max(this.#moments.first, Math.min(number, this.#moments.next));
    this.#changed();
  }

  /** Holds a moment that may still be on its way. */
  await(number: number): void {
    this.#playing = undefined;
    this.#at = number;
    this.#changed();
  }

  goLive(): void {
    this.#playing = undefined;
    this.#at = undefined;
    this.#changed();
  }

  /** Live and playing stop; a held moment is played on, the last one from the beginning. */
  toggle(): void {
    if (this.isLive || this.isPlaying) {
      this.goTo(this.at);
      return;
    }
    this.#at = this.at >= this.#moments.next ? this.#moments.first : this.at;
    this.#playing = { time: this.#moments.timeOf(this.at), since: performance.now() };
    this.#changed();
  }

  setPace(pace: Pace): void {
    this.#pace = pace;
  }

  /** Moves on while it plays; called before each frame. @returns whether it plays */
  advance(now: number): boolean {
    const playing = this.#playing;
    if (!playing || this.#at === undefined) return false;
    const { speed, skipsIdle } = this.#pace;
    playing.time += (now - playing.since) * speed;
    playing.since = now;
    while (this.#at < this.#moments.next && this.#moments.timeOf(this.#at) <= playing.time) this.#at += 1;
    if (this.#at < this.#moments.next) {
      const idleUntil = this.#moments.timeOf(this.#at) - IDLE_MS * speed;
      if (skipsIdle && playing.time < idleUntil) playing.time = idleUntil;
      return true;
    }
    this.#playing = undefined;
    return false;
  }
}
