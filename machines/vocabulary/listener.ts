/** What the server hears of its listener. */
export type ListenerEvent =
  | { type: 'listener.bound' }
  /** `exitCode` says if a restart may help: see exit-codes.ts. */
  | { type: 'listener.failed'; reason: string; exitCode: number }
  /** `handle` is the socket, for its adapter only. */
  | { type: 'connection.accepted'; handle: unknown; ip: string };
