/**
 * Places for strangers: peers that have not said who they are, and peers that want an echo. Agencies need no place, so
 * nobody takes theirs. There are few places, for each address and in all; when all are taken, the stranger who has had
 * one for longest makes room.
 */

import type { SocketEvent } from '../../machines/vocabulary/socket.ts';
import type { ClientEvent } from '../../machines/vocabulary/wire.ts';
import {
  ARRIVALS,
  ECHOES,
  ECHOES_OF_ADDRESS,
  OWN_FILES,
  STRANGERS_AT_LEAST,
  UNIDENTIFIED,
  UNIDENTIFIED_OF_ADDRESS,
} from '../limits.ts';

interface Stranger {
  readonly address: string;
  /** Somebody else wants its place. */
  makeRoom(): void;
}

export class Places {
  readonly most: number;
  readonly #mostOfAddress: number;
  /** In the order in which they came. */
  readonly #all = new Set<Stranger>();
  readonly #byAddress = new Map<string, Set<Stranger>>();

  constructor({ most, mostOfAddress }: { most: number; mostOfAddress: number }) {
    this.most = most;
    this.#mostOfAddress = mostOfAddress;
  }

  get size(): number {
    return this.#all.size;
  }

  take(stranger: Stranger): void {
    const neighbours = this.#byAddress.get(stranger.address) ?? new Set();
    if (neighbours.size >= this.#mostOfAddress) this.#free(neighbours);
    else if (this.#all.size >= this.most) this.#free(this.#all);
    this.#all.add(stranger);
    neighbours.add(stranger);
    this.#byAddress.set(stranger.address, neighbours);
  }

  leave(stranger: Stranger): void {
    if (!this.#all.delete(stranger)) return;
    const neighbours = this.#byAddress.get(stranger.address)!;
    neighbours.delete(stranger);
    if (neighbours.size === 0) this.#byAddress.delete(stranger.address);
  }

  #free(strangers: ReadonlySet<Stranger>): void {
    const [oldest] = strangers;
    if (!oldest) return;
    this.leave(oldest);
    oldest.makeRoom();
  }
}

/** What the files that a process may open leave for its peers. */
export class Room {
  readonly #agencies: number;
  readonly #strangers: number;
  /** Sockets in all. */
  readonly sockets: number;

  constructor(agencies: number, openFiles = Number.POSITIVE_INFINITY) {
    this.#agencies = agencies;
    this.sockets = Math.max(1, openFiles - OWN_FILES);
    // Those of agencies, and as many that call again before the kernel has told of their old ones' end.
    this.#strangers = this.sockets - 2 * agencies;
  }

  /** Files that are enough. */
  get wanted(): number {
    return OWN_FILES + 2 * this.#agencies + STRANGERS_AT_LEAST;
  }

  /** Connections that wait to be greeted. */
  get arrivals(): number {
    return this.#agencies + this.#share(ARRIVALS, 8);
  }

  /** The places of one server: an agency too is unidentified until its first message has been read. */
  places() {
    return {
      unidentified: new Places({
        most: this.#agencies + this.#share(UNIDENTIFIED, 2),
        mostOfAddress: this.#agencies + this.#share(UNIDENTIFIED_OF_ADDRESS, 4),
      }),
      echoing: new Places({
        most: this.#share(ECHOES, 8),
        mostOfAddress: this.#share(ECHOES_OF_ADDRESS, 16),
      }),
    };
  }

  /** The rest is for those who are told to go, and have not gone yet. */
  #share(most: number, part: number): number {
    return Math.max(1, Math.min(most, Math.floor(this.#strangers / part)));
  }
}

type AgencysType = Exclude<ClientEvent['type'], 'client.echo' | 'protocol.violated'>;

/** Only an agency says these; the compiler asks for all of them. */
const AGENCYS: Readonly<Record<AgencysType, true>> = {
  'client.hello': true,
  'client.batch': true,
  'client.badBatch': true,
  'client.bet': true,
  'client.badBet': true,
  'client.done': true,
  'client.tp0Bet': true,
  'client.badTp0Bet': true,
  'client.tp0Done': true,
};

const isAgencys = ({ type }: ClientEvent | SocketEvent): boolean => Object.hasOwn(AGENCYS, type);

/** The place of one connection, until it says that it is an agency's. */
export class StrangersPlace implements Stranger {
  readonly address: string;
  readonly makeRoom: () => void;
  readonly #places: ReturnType<Room['places']>;
  #place: Places;

  constructor(places: ReturnType<Room['places']>, address = 'unknown', makeRoom: () => void = () => {}) {
    this.address = address;
    this.makeRoom = makeRoom;
    this.#places = places;
    this.#place = places.unidentified;
    this.#place.take(this);
  }

  /** Looks at what the peer says. @returns whether it is still a stranger */
  meet(event: ClientEvent | SocketEvent): boolean {
    if (event.type === 'client.echo') {
      if (this.#place !== this.#places.echoing) {
        this.leave();
        this.#place = this.#places.echoing;
        this.#place.take(this);
      }
      return true;
    }
    if (event.type === 'socket.closed') this.leave();
    if (!isAgencys(event)) return true;
    this.leave();
    return false;
  }

  leave(): void {
    this.#place.leave(this);
  }
}
