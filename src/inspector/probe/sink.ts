/** Where a process's inspection events go. Neither method ever throws or blocks. */
export type Sink = {
  /** Takes one event, a line of JSON without its end. */
  write(line: string): void;
  /** The process is about to end: what waits is handed over at once, and nothing follows. */
  end(): void;
};
