/**
 * Files that hold data. To open or write a FIFO or a device may take for ever, and holds a thread that nothing can
 * end: such a file is refused before anything is read.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { EXIT_PERMANENT } from '../../machines/exit-codes.ts';
import { codeOf, UserError } from '../errors.ts';
import { WHOLE_FILE_BYTES } from '../limits.ts';

const KINDS = {
  isFIFO: 'a FIFO',
  isCharacterDevice: 'a device',
  isBlockDevice: 'a device',
  isSocket: 'a socket',
} as const satisfies Partial<Record<keyof Stats, string>>;

const notAFile = (path: string, kind = 'no regular file', cause?: unknown): UserError =>
  new UserError('NOT_A_FILE', `cannot use ${JSON.stringify(path)}: it is ${kind}, not a file`, {
    cause,
    exitCode: EXIT_PERMANENT,
  });

/** @throws {UserError} `NOT_A_FILE` */
const checkKind = (path: string, stats: Stats): void => {
  // To read a folder fails by itself, in words that people know.
  if (stats.isFile() || stats.isDirectory()) return;
  throw notAFile(path, Object.entries(KINDS).find(([is]) => stats[is as keyof typeof KINDS]())?.[1]);
};

/** Another file was meant: to read it whole would take all memory, and this thread for seconds. */
const checkSize = (path: string, { size }: Stats): void => {
  if (size <= WHOLE_FILE_BYTES) return;
  const text = `cannot use ${JSON.stringify(path)}: it has ${size} bytes, at most ${WHOLE_FILE_BYTES} are read`;
  throw new UserError('TOO_LARGE', text);
};

/** So the system refuses a socket, and a FIFO that nobody reads. */
const refused = (path: string, error: unknown): unknown =>
  codeOf(error) === 'ENXIO' ? notAFile(path, 'a FIFO, a device or a socket', error) : error;

/** On a regular file O_NONBLOCK changes nothing; a FIFO is opened at once, to be seen as what it is. */
const atOnce = (flags: number): number => flags | constants.O_NONBLOCK;

/**
 * @param flags of open(2)
 * @throws {UserError} `NOT_A_FILE`; the system's error
 */
export const openRegular = async (path: string, flags: number = constants.O_RDONLY): Promise<FileHandle> => {
  const file = await open(path, atOnce(flags)).catch((error: unknown) => {
    throw refused(path, error);
  });
  try {
    checkKind(path, await file.stat());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
};

/** The same, for what cannot wait. Returns a descriptor. */
export const openRegularSync = (path: string, flags: number = constants.O_RDONLY): number => {
  let fd: number | undefined;
  try {
    fd = openSync(path, atOnce(flags));
    checkKind(path, fstatSync(fd));
    return fd;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw refused(path, error);
  }
};

/** All of a file of settings, certificates or the like. @throws {UserError} `NOT_A_FILE`, `TOO_LARGE`; the system's error */
export const readRegularSync = (path: string): string => {
  const fd = openRegularSync(path);
  try {
    checkSize(path, fstatSync(fd));
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
};

/** The same, for what can wait. */
export const readRegular = async (path: string): Promise<string> => {
  await using file = await openRegular(path);
  checkSize(path, await file.stat());
  return await file.readFile('utf8');
};
