/** An agency's file of bets: gives batches that are ready to send, when the agency wants them, from any bet onwards. */
import { fromCallback } from 'xstate';
import type { BetFileCommand } from '../../machines/vocabulary/bet-file.ts';
import { systemExitCode } from '../errors.ts';
import { FILE_CHUNK_BYTES } from '../limits.ts';
import { FileReading } from './file-reading.ts';
import { cannotRead, type InputFiles } from './input-file.ts';
import { type Emit, KnownFile, type KnownFileOptions } from './known-file.ts';

export type BetFileOptions = Omit<KnownFileOptions, 'agency'> & {
  files: InputFiles;
  /** Bytes that are read at once. */
  chunkBytes?: number;
};

export const betFile = ({ files, chunkBytes = FILE_CHUNK_BYTES, ...options }: BetFileOptions) =>
  fromCallback<BetFileCommand, { agency: number }>(({ input: { agency }, sendBack, receive }) => {
    let isOver = false;
    const emit: Emit = (event) => {
      if (!isOver) sendBack(event);
    };
    const path = files.pathOf(agency);
    const opened = files.open(path);
    const known = opened
      .then((file) => KnownFile.get({ file, path }, { ...options, agency }, emit))
      .then(
        (file) => {
          emit({ type: 'file.opened' });
          return file;
        },
        (error: Error) => {
          emit({ type: 'file.failed', reason: cannotRead(path, error), exitCode: systemExitCode(error) });
        },
      );
    let reading: FileReading | undefined;
    /** Of the newest rewinding: an older one that still looks at the file has nothing more to say. */
    let rewindings = 0;

    const rewind = async (known: KnownFile, to: number): Promise<void> => {
      reading?.silence();
      const own = ++rewindings;
      const change = await known.file.change();
      if (own !== rewindings) return;
      if (change !== undefined) return emit({ type: 'file.changed', reason: change });
      reading = new FileReading(known, to, chunkBytes, emit);
      await reading.want(1);
    };

    const check = async ({ file }: KnownFile): Promise<void> => {
      const change = (await file.change()) ?? (await reading?.change());
      emit(change === undefined ? { type: 'file.unchanged' } : { type: 'file.changed', reason: change });
    };

    const obey = async (command: BetFileCommand): Promise<void> => {
      const file = await known;
      if (!file) return;
      switch (command.type) {
        case 'file.rewind':
          return rewind(file, command.to);
        case 'file.read':
          return reading?.want(command.most);
        case 'file.check':
          return check(file);
      }
    };
    receive((command) => {
      obey(command).catch((error: Error) => {
        emit({ type: 'file.failed', reason: cannotRead(path, error), exitCode: systemExitCode(error) });
      });
    });
    return () => {
      isOver = true;
      rewindings++;
      reading?.silence();
      void opened.then((file) => file.close()).catch(() => {});
    };
  });
