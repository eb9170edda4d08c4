/** What the page shows of one kind of system, besides what it shows of any: there where such a system is. */
import type { Wire } from '../view/causes.ts';
import type { Lanes } from '../view/lanes.ts';
import type { CastMember } from '../view/moments.ts';
import type { ActorPicture, Picture } from '../view/picture.ts';
import type { Row } from '../view/rows.ts';

export type PlugIn = {
  /** Whether such a system takes part in the run. */
  isFor(latest: Picture): boolean;
  /** @param latest what is known by now, whichever moment is shown */
  show(picture: Picture, latest: Picture, chosen: string | undefined): void;
  /** No such system is there, or not any more. */
  hide(): void;
  /** What it knows of an event that is opened; of none, if there is none. */
  showEvent(row: Row | undefined): void;
  /** What is known of messages between its processes. */
  wire(): Wire<Row>;
  /** How it stands, in a line. */
  headline(picture: Picture): string;
  /** Whom to look at first. */
  leader(picture: Picture): ActorPicture | undefined;
  /** Siblings stand in the order of their ranks, then of their numbers; undefined of an actor that has none. */
  rankOf(actor: ActorPicture): readonly [rank: number, number: number | undefined];
  /** Whoever is not of the system has the last lane. */
  lanesOf(cast: ReadonlyMap<string, CastMember>): Lanes;
};
