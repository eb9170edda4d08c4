/** The moment that is shown: live, held, or played again. */
import type { Moments } from './moments.ts';

export class Player {
  readonly #moments: Moments;
  readonly #changed: () => void;
  /** Number of the first event that has not happened yet; undefined while live. */
  #at: number | undefined;
  #playing: { from: number; since: number; speed: number } | undefined;

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

  get at(): number {
    return Math.max(this.#moments.first, Math.min(this.#at ?? this.#moments.next, this.#moments.next));
  }

  /** Holds a moment. */
  goTo(number: number): void {
    this.#playing = undefined;
    this.#at = Math.max(this.#moments.first, Math.min(number, this.#moments.next));
    this.#changed();
  }

  goLive(): void {
    this.#playing = undefined;
    this.#at = undefined;
    this.#changed();
  }

  /** Live and playing stop; a held moment is played on, the last one from the beginning. */
  toggle(speed: number): void {
    if (this.isLive || this.isPlaying) {
      this.goTo(this.at);
      return;
    }
    if (this.at >= this.#moments.next) this.#at = this.#moments.first;
    this.#playing = { from: this.#moments.timeOf(this.at), since: performance.now(), speed };
    this.#changed();
  }

  setSpeed(speed: number): void {
    if (this.#playing)
      this.#playing = { from: this.#moments.timeOf(this.at), since: performance.now(), speed };
  }

  /** Moves on while it plays; called before each frame. @returns whether it plays */
  advance(now: number): boolean {
    if (!this.#playing || this.#at === undefined) return false;
    const { from, since, speed } = this.#playing;
    const time = from + (now - since) * speed;
    while (this.#at < this.#moments.next && this.#moments.timeOf(this.#at) <= time) this.#at += 1;
    if (this.#at < this.#moments.next) return true;
    this.#playing = undefined;
    return false;
  }
}
