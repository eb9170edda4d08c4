/** What the store throws: a folder or a disk that cannot be used as asked. */
import { EXIT_PERMANENT } from '../../machines/exit-codes.ts';
import { codeOf, messageOf, reasonOf, systemExitCode } from '../errors.ts';
import { commandOn } from '../to-type.ts';

type StorageErrorCode =
  /** A read, write, sync, rename or the like failed; `cause` is the system's error. */
  | 'IO'
  /** An earlier write failed: what is on disk is known only after a restart. */
  | 'FAILED_BEFORE'
  /** The store was closed. */
  | 'CLOSED'
  /** Another server holds the folder. */
  | 'LOCKED'
  /** The lock file cannot be made: its path is too long, or the file system has no sockets. */
  | 'LOCK_UNAVAILABLE'
  /** Bytes of a file are not what was committed; `place` says where. */
  | 'DAMAGED'
  /** The folder holds files that are not this program's, or of another version. */
  | 'FOREIGN'
  /** The folder's draw is not the one that was configured. */
  | 'OTHER_DRAW'
  /** Not all of it is proven by signatures of its agencies. */
  | 'UNPROVEN'
  /** What was asked for is too late: the agency has said DONE, or the draw has taken place. */
  | 'OVER';

/** What nobody mends by starting the server again. */
const PERMANENT: ReadonlySet<StorageErrorCode> = new Set([
  'LOCKED',
  'LOCK_UNAVAILABLE',
  'DAMAGED',
  'FOREIGN',
  'OTHER_DRAW',
  'UNPROVEN',
  'OVER',
]);

/** Where damage begins: `line` counts from 1 in a journal; `offset` is in bytes from 0. */
export type DamagePlace = { file: string; line?: number; offset: number };

/** Names what was attempted, the value and what is allowed; `cause` is kept. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** Stable, for programs and tests. */
  readonly code: StorageErrorCode;
  /** Says if a restart may help: see machines/exit-codes.ts. */
  readonly exitCode: number;
  readonly place: DamagePlace | undefined;

  constructor(
    code: StorageErrorCode,
    message: string,
    options?: { cause?: unknown; place?: DamagePlace | undefined },
  ) {
    super(message, { cause: options?.cause });
    this.code = code;
    this.exitCode = PERMANENT.has(code) ? EXIT_PERMANENT : systemExitCode(options?.cause);
    this.place = options?.place;
  }
}

const at =
  (code: StorageErrorCode) =>
  (place: DamagePlace, what: string): StorageError => {
    const line = place.line === undefined ? '' : `line ${place.line}, `;
    return new StorageError(code, `${place.file}, ${line}byte ${place.offset}: ${what}`, { place });
  };

/** With the place in the message. */
export const damaged = at('DAMAGED');
export const unproven = at('UNPROVEN');

/** Damage is told with what to type next; any other error is as it was. */
export function withAdvice(error: unknown, dir: string): unknown {
  if (!(error instanceof StorageError) || error.code !== 'DAMAGED') return error;
  const text = `${error.message}; nothing was changed. To see what can be kept: ${commandOn(dir, 'recover')}`;
  return new StorageError('DAMAGED', text, { cause: error, place: error.place });
}

/** `IO`, or the error itself if it is one of ours already. */
export function ioError(attempted: string, cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  // A permanent error is for who typed the folder's name: in plain words. Others are for who knows the system: in its own.
  const isPermanent = systemExitCode(cause) === EXIT_PERMANENT;
  const reason = isPermanent ? `${fileOf(cause, attempted)}${reasonOf(cause)}` : messageOf(cause);
  return new StorageError('IO', `${attempted}: ${reason}`, { cause });
}

/** Plain words lack the file that the system's have. Of ENOTDIR it is what stands above that file, and was named. */
function fileOf(cause: unknown, attempted: string): string {
  const path = cause instanceof Error && 'path' in cause ? cause.path : undefined;
  if (typeof path !== 'string' || codeOf(cause) === 'ENOTDIR' || attempted.includes(`"${path}"`)) return '';
  return `cannot use "${path}": `;
}
