/** Where a process's inspection events go. Neither method ever throws. */
export type Sink = {
  /** Takes one event, a line of JSON without its end. */
  write(line: string): void;
  /** The process is about to end: nothing follows. Resolves soon, whether what waits could be handed over or not. */
  end(): Promise<void>;
};
