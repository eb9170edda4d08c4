/** Answers on stdout that cannot be written, as on a full disk: half an answer must not pass for a whole one. */
import { fstatSync, writeSync } from 'node:fs';
import { EXIT_FAILED } from '../../machines/exit-codes.ts';
import { codeOf, reasonOf } from '../errors.ts';
import { leave } from './leave.ts';

const STDOUT = 1;

/** Calls `heard` if something cannot be written. Without a listener `console.log` says nothing about it. */
const onUnwritten = (heard: (isOnlyUnread: boolean) => void): void => {
  const { stdout } = process;
  // If a disk takes only a part of it, Node gives up the rest and says nothing.
  if (fstatSync(STDOUT).isFile()) stdout._write = writeWhole;
  let isSaid = false;
  stdout.on('error', (error) => {
    if (isSaid) return;
    isSaid = true;
    // A reader that has read enough, such as `head`, closes the pipe: that is no error.
    const isOnlyUnread = codeOf(error) === 'EPIPE';
    if (!isOnlyUnread) console.error(`quiniela: cannot write the answer: ${reasonOf(error)}`);
    heard(isOnlyUnread);
  });
};

const writeWhole = (bytes: Buffer, _encoding: string, done: (error?: Error) => void): void => {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(STDOUT, bytes, at);
    done();
  } catch (error) {
    done(error as Error);
  }
};

/** For a command that only answers on stdout: it ends with 1 at once. */
export const catchUnwritten = (): void => onUnwritten(() => leave(EXIT_FAILED));

/** For a command that does more than answer: it does its work, then ends with 1 if its answer could not be written. */
export const failIfUnwritten = (): void =>
  onUnwritten((isOnlyUnread) => {
    if (!isOnlyUnread) process.once('exit', () => (process.exitCode ||= EXIT_FAILED));
  });
