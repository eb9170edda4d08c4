/** Whom the page looks at: who was chosen by its user or a link, else who leads. */
import { processOf } from '../view/events.ts';
import type { Moments } from '../view/moments.ts';
import type { ActorPicture, Picture } from '../view/picture.ts';
import { successorOf } from './any-system.ts';

export class Choice {
  readonly #moments: Moments;
  readonly #leaderIn: (picture: Picture) => ActorPicture | undefined;
  #id: string | undefined;
  /** By the user, or a link; not only as somebody has to be. */
  #isAsked = false;
  /** It was alive when it was looked at: if its program is started again, the page goes on with who is called the same there. */
  #isFollowed = false;

  /** @param leaderIn who is looked at as long as nobody is asked for */
  constructor(moments: Moments, leaderIn: (picture: Picture) => ActorPicture | undefined) {
    this.#moments = moments;
    this.#leaderIn = leaderIn;
  }

  get id(): string | undefined {
    return this.#id;
  }

  /** Who was asked for, if anybody was. */
  get asked(): string | undefined {
    return this.#isAsked ? this.#id : undefined;
  }

  ask(id: string): void {
    this.#id = id;
    this.#isAsked = true;
    this.#isFollowed = isAlive(this.#moments.before(this.#moments.next), id);
  }

  /** Another run is looked at. */
  forget(): void {
    this.#id = undefined;
    this.#isAsked = false;
  }

  /** Somebody has to be looked at. Who looks back still looks at whom the next hub does not know. */
  update(latest: Picture, shown: Picture, isLive: boolean): void {
    const isThere = (id: string) => [latest, shown].some(({ actors }) => actors.has(id));
    if (this.#id === undefined || !(this.#isAsked || isThere(this.#id))) {
      this.#id = this.#leaderIn(latest)?.id;
      this.#isFollowed = false;
    }
    if (isLive) this.#follow(latest);
  }

  /** Who was gone already when a user asked for it is meant as it is. The next hub knows nothing of who was gone before it. */
  #follow(latest: Picture): void {
    if (this.#id === undefined) return;
    if (isAlive(latest, this.#id)) this.#isFollowed = true;
    const actor = latest.actors.get(this.#id);
    const isGone = !actor || latest.left.has(processOf(actor.id));
    // Whoever was stopped may have been made anew by its own program, as React's strict mode does with each.
    const isStopped = actor?.status === 'stopped' && !this.#isAsked;
    const known = actor ?? this.#moments.cast.get(this.#id);
    if (!known || !(isGone || isStopped)) return;
    if (this.#isFollowed || isStopped) this.#id = successorOf(latest, known)?.id ?? this.#id;
    // Nobody has asked for it, or seen it alive.
    else if (!this.#isAsked) this.#id = this.#leaderIn(latest)?.id ?? this.#id;
  }
}

const isAlive = ({ actors }: Picture, id: string): boolean => actors.get(id)?.status === 'active';
