/**
 * Whose turn it is. One event loop serves every peer, so the work that a peer makes is done in pieces, and after each
 * turn of the loop come the others: what the disk has done, what agencies have sent, who is new.
 *
 * Agencies are served as they come. Strangers (echoes, those who have not said who they are, new connections) have a
 * short slice of each turn in which no agency asked for anything, and a share of the time if agencies ask in every turn.
 * So the loop is never idle while somebody waits, and however many strangers there are and whatever they send, an agency
 * waits for one slice at most.
 *
 * Nor do strangers wait for each other's floods: addresses take turns, and who has said little (a line, a HELLO) does not
 * wait in the queue of those who send without an end. The kernel hands over one new connection a turn, however many wait
 * for it: while they come, turns are short.
 */
import {
  CALM_MS,
  CREDIT_MS,
  DEBT_MS,
  KNOCK_HEAVY_TURNS,
  KNOCK_TURN_MS,
  SLICE_MS,
  STRANGERS_SHARE,
  TURN_MS,
  TURN_PIECES,
} from '../limits.ts';
import { now } from '../runtime/time.ts';
import { FairQueue, type Waiting } from './fair-queue.ts';

/** Work that comes in pieces. */
export interface Task {
  /** Does pieces of it as long as `turns.goesOn`. @returns whether there is more */
  work(): boolean;
  /** The turn in which it was served last, and how often; kept by the turns. */
  turn: number;
  served: number;
}

export interface StrangersTask extends Task, Waiting {
  /** It has sent more than a line or two, and waits with others that have. */
  readonly isHeavy: boolean;
}

export interface Turns {
  /** Whether another piece may be done now. */
  goesOn(): boolean;
  /** An agency's: now, if this turn has the time. */
  soon(task: Task): void;
  /** An agency's: in the next turn. */
  next(task: Task): void;
  /** A stranger's: in one of the next turns, after those who asked before. */
  later(task: StrangersTask): void;
  /** The listener's, for new connections: as a stranger's. */
  welcome(task: Task): void;
  /** A new connection was handed over by the kernel: there may be more. */
  knock(): void;
  /** Charges strangers for milliseconds that they have cost outside their turns. */
  charge(ms: number): void;
}

export class LoopTurns implements Turns {
  readonly #soon: Task[] = [];
  readonly #welcome: Task[] = [];
  readonly #light = new FairQueue<StrangersTask>();
  readonly #heavy = new FairQueue<StrangersTask>();
  #number = 0;
  /** When the work that is being done has to end, and how many pieces of it are left until then. */
  #deadline = 0;
  #pieces = 0;
  /** Milliseconds of this turn that agencies had, and may have. */
  #spent = 0;
  #most = TURN_MS;
  #isKnocked = false;
  /** When an agency last had something to do. */
  #busyAt = 0;
  /** Milliseconds that strangers may have now; less than 0 after a piece took longer, which also happens while the
   * processor is another program's. */
  #credit = 0;
  #creditedAt = 0;
  /** Milliseconds that they were charged for, and have not paid yet. */
  #debt = 0;
  #next: 'none' | 'waiting' | 'immediate' = 'none';
  readonly #now: () => number;

  constructor(clock = now) {
    this.#now = clock;
  }

  goesOn(): boolean {
    return this.#pieces-- > 0 && this.#now() <= this.#deadline;
  }

  soon(task: Task): void {
    const isServed = task.turn === this.#number && task.served >= TURN_PIECES;
    if (isServed || this.#soon.length > 0 || this.#spent >= this.#most) {
      this.#soon.push(task);
      this.#comeBack();
    } else {
      this.#serve(task);
    }
  }

  next(task: Task): void {
    this.#soon.push(task);
    this.#comeBack();
  }

  later(task: StrangersTask): void {
    this.#join(task);
    this.#comeBack();
  }

  welcome(task: Task): void {
    this.#welcome.push(task);
    this.#comeBack();
  }

  knock(): void {
    this.#isKnocked = true;
  }

  charge(ms: number): void {
    this.#debt = Math.min(DEBT_MS, this.#debt + ms);
  }

  #comeBack(): void {
    if (this.#next === 'immediate') return;
    this.#next = 'immediate';
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#next = 'none';
    this.#number++;
    this.#spent = 0;
    this.#most = this.#isKnocked ? KNOCK_TURN_MS : TURN_MS;
    for (let left = this.#soon.length; left > 0 && this.#spent < this.#most; left--) {
      this.#serve(this.#soon.shift()!);
    }
    if (this.#areStrangersWaiting()) this.#serveStrangers();
    this.#isKnocked = false;
    if (this.#soon.length > 0) this.#comeBack();
    else if (this.#areStrangersWaiting()) this.#comeBackFree();
  };

  #areStrangersWaiting(): boolean {
    return this.#areOthersWaiting() || !this.#heavy.isEmpty;
  }

  /** New connections, and strangers that have sent little. */
  #areOthersWaiting(): boolean {
    return this.#welcome.length > 0 || !this.#light.isEmpty;
  }

  /** Until strangers have paid, the loop can sleep. */
  #comeBackFree(): void {
    if (this.#debt === 0) this.#comeBack();
    if (this.#next !== 'none') return;
    this.#next = 'waiting';
    setTimeout(() => {
      if (this.#next === 'waiting') this.#turn();
    }, 1);
  }

  #serve(task: Task): void {
    const from = this.#now();
    this.#busyAt = from;
    task.served = task.turn === this.#number ? task.served + 1 : 1;
    task.turn = this.#number;
    this.#pieces = TURN_PIECES;
    this.#deadline = from + this.#most - this.#spent;
    if (task.work()) {
      this.#soon.push(task);
      this.#comeBack();
    }
    this.#spent += this.#now() - from;
    // The agencies' time is counted until the next turn; if that was short, it does not matter when the turn comes.
    if (this.#spent >= CREDIT_MS) this.#comeBack();
  }

  #join(task: StrangersTask): void {
    (task.isHeavy ? this.#heavy : this.#light).push(task);
  }

  #serveStrangers(): void {
    let from = this.#now();
    this.#earn(from);
    const serve = <T extends Task>(task: T | undefined, comeAgain: (task: T) => void) => {
      if (!task) return;
      this.#pieces = TURN_PIECES;
      this.#deadline = from + this.#credit;
      if (task.work()) comeAgain(task);
      const end = this.#now();
      this.#credit = Math.max(-DEBT_MS, this.#credit - (end - from));
      from = end;
    };
    const isHeavyTurn = !this.#isKnocked || this.#number % KNOCK_HEAVY_TURNS === 0;
    while (this.#credit > 0 && (isHeavyTurn ? this.#areStrangersWaiting() : this.#areOthersWaiting())) {
      serve(this.#welcome.shift(), (task) => this.#welcome.push(task));
      serve(this.#light.shift(), (task) => this.#join(task));
      if (isHeavyTurn) serve(this.#heavy.shift(), (task) => this.#join(task));
    }
  }

  /** Strangers have all time in which no agency asked for anything, and a share of the rest. */
  #earn(at: number): void {
    const isBusy = this.#busyAt > this.#creditedAt || this.#soon.length > 0;
    const earned = (at - this.#creditedAt) * (isBusy ? STRANGERS_SHARE : 1);
    const paid = Math.min(this.#debt, earned);
    this.#debt -= paid;
    this.#credit = Math.min(CREDIT_MS, this.#credit + earned - paid);
    if (at - this.#busyAt > CALM_MS && !this.#isKnocked) this.#credit = SLICE_MS;
    this.#creditedAt = at;
  }
}

/** This process has one event loop. */
export const turns: Turns = new LoopTurns();

const workAll = (task: Task): void => {
  while (task.work());
};

/** For a simulation, in which nothing takes time. */
export const endlessTurn: Turns = {
  goesOn: () => true,
  soon: workAll,
  next: workAll,
  later: workAll,
  welcome: workAll,
  knock: () => {},
  charge: () => {},
};
