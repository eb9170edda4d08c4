/** An agency's file of bets: batches, ready to be sent, as they are wanted; from any bet onwards. */
import { fromCallback } from 'xstate';
import type { BetFileCommand } from '../../machines/events.ts';
import { systemExitCode } from '../errors.ts';
import { BatchEncoder, type BatchEncoderOptions } from '../protocol/batch-encoder.ts';
import { type Emit, FileReading } from './file-reading.ts';
import type { InputFile } from './input-file.ts';
import { InvalidRows } from './invalid-rows.ts';

export type BetFileOptions = Omit<BatchEncoderOptions, 'agency' | 'skip'> & {
  open: (agency: number) => Promise<InputFile>;
};

export const betFile = ({ open, ...options }: BetFileOptions) =>
  fromCallback<BetFileCommand, { agency: number }>(({ input: { agency }, sendBack, receive }) => {
    const emit: Emit = (event) => sendBack(event);
    const opened = open(agency).then(
      (file) => {
        emit({ type: 'file.opened' });
        return file;
      },
      (error: Error) => {
        emit({ type: 'file.failed', reason: error.message, exitCode: systemExitCode(error) });
      },
    );
    const invalidRows = new InvalidRows();
    let reading: FileReading | undefined;
    /** Of the newest rewinding: an older one that was still looking at the file has nothing more to say. */
    let rewindings = 0;

    const rewind = async (file: InputFile, to: number): Promise<void> => {
      reading?.silence();
      const own = ++rewindings;
      const change = await file.change();
      if (own !== rewindings) return;
      if (change !== undefined) return emit({ type: 'file.changed', reason: change });
      const encoder = new BatchEncoder({ ...options, agency, skip: to });
      reading = new FileReading(file, encoder, invalidRows, emit);
      await reading.want(1);
    };

    const check = async (file: InputFile): Promise<void> => {
      const change = await file.change();
      emit(change === undefined ? { type: 'file.unchanged' } : { type: 'file.changed', reason: change });
    };

    receive(async (command) => {
      const file = await opened;
      if (!file) return;
      switch (command.type) {
        case 'file.rewound':
          return rewind(file, command.to);
        case 'batches.wanted':
          return reading?.want(command.most);
        case 'check.wanted':
          return check(file);
      }
    });
    return () => {
      rewindings++;
      reading?.silence();
      void opened.then((file) => file?.close());
    };
  });
