/** What many seeds must see between them: a simulation that no longer gets there proves nothing about it. */
const SIGHTS: Readonly<Record<string, RegExp>> = {
  'a third draw': /collects draw 3/,
  'an agency that never came for its winners': /never came for their winners/,
  'an agency whose session was taken over': /SUPERSEDED/,
  'an agency that is called back after the server was stopped': /SHUTTING_DOWN/,
  'an agency that keeps a receipt': /"action":"receipt"/,
  'a stranger who speaks of an upload that has offsets': /DIALECT/,
  'a stranger who speaks of a draw that was never held': /tomorrow/,
  'a single bet': /apuesta_almacenada/,
  'a bad batch': /DOCUMENT in bet 0 of the batch/,
  'a half-closed upload that is answered': /by hand "(0 )?\d/,
  'an echo': /hola/,
  'a line without end': /LINE_TOO_LONG/,
  'a silent visitor': /said nothing in time/,
  'an agency that has its winners from the archive': /comes back to draw 1 from 2/,
  'a number of agencies that is refused': /agencies more/,
  'rows cut short': /bets.csv cut at byte/,
  'a server that dies as it recovers': /dies as it writes/,
  'a full disk': /ENOSPC/,
  'a sync that fails': /EIO/,
  'what a crash left being cut off': /recover_store/,
  'damage that is refused': /given its right files/,
};

export class Sightings {
  readonly #sights: Readonly<Record<string, RegExp>>;
  readonly #missing: Set<string>;

  constructor(sights = SIGHTS) {
    this.#sights = sights;
    this.#missing = new Set(Object.keys(sights));
  }

  look(transcript: readonly string[]): void {
    for (const name of this.#missing) {
      if (transcript.some((line) => this.#sights[name]?.test(line))) this.#missing.delete(name);
    }
  }

  /** What was not seen yet. */
  get missing(): string[] {
    return [...this.#missing];
  }
}
