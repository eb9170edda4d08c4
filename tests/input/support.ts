/** A file of bets that exists in memory only, and what an upload makes of it. */
import assert from 'node:assert/strict';
import { createActor, createMachine } from 'xstate';
import type { BetFileEvent } from '../../machines/vocabulary/bet-file.ts';
import { newDigest } from '../../src/identity/proof.ts';
import { betFile } from '../../src/input/bet-file.ts';
import type { InputFile } from '../../src/input/input-file.ts';
import { type Examined, examine } from '../../src/input/survey.ts';
import { LINE_BYTES } from '../../src/limits.ts';
import { type BetRules, STANDARD_RULES } from '../../src/lottery/rules.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';

export const lines = (...rows: string[]): Buffer => Buffer.from(rows.map((row) => `${row}\n`).join(''));
export const latin1 = (...rows: string[]): Buffer => Buffer.from(String(lines(...rows)), 'latin1');

export const fileOf = (content: Buffer): InputFile => ({
  // Never as much as was asked for: a file's reads may be short.
  read: async (into, offset, length, position) => ({
    bytesRead: content.copy(into, offset, position, position + Math.ceil(length * 0.7)),
  }),
  change: async () => undefined,
  wasTouched: async () => false,
  close: async () => {},
});

type Given = { content: Buffer; agency?: number; rules?: BetRules };

/** As an agency reads that has a certificate. */
type Reading = Given & { signed?: boolean; from?: number };

/** What `check-data` finds. */
export const examined = ({ content, agency = 7, rules = STANDARD_RULES }: Given): Promise<Examined> =>
  examine(fileOf(content), { agency, rules, dialect: 'quiniela', maxBytes: LINE_BYTES });

type Uploaded = {
  said: readonly BetFileEvent[];
  /** As they would stand in bets.csv. */
  rows: Buffer;
  last: BetFileEvent;
};

/** What the server would store of it; to its end, or until it fails. */
export const uploaded = async ({
  content,
  agency = 7,
  rules = STANDARD_RULES,
  signed = false,
  from = 0,
}: Reading): Promise<Uploaded> => {
  const said: BetFileEvent[] = [];
  const rows: Buffer[] = [];
  const decoder = new ServerDecoder({ rules });
  decoder.push(Buffer.from(`HELLO:${agency}\n`));
  decoder.next();
  const store = (lines: Buffer): void => {
    decoder.push(lines);
    for (let message = decoder.next(); message; message = decoder.next()) {
      assert.ok(message.type === 'client.batch', JSON.stringify(message));
      rows.push(message.rows);
    }
  };
  const logic = betFile({
    files: { pathOf: () => 'agency-7.csv', open: async () => fileOf(content) },
    dialect: 'quiniela',
    maxAmount: 50,
    maxBytes: LINE_BYTES,
    rules,
    newDigest: signed ? newDigest : undefined,
  });
  const { promise, resolve, reject } = Promise.withResolvers<BetFileEvent>();
  const machine = createMachine({
    invoke: { id: 'file', src: logic, input: { agency } },
    on: {
      '*': {
        actions: ({ event, self }) => {
          const heard = event as BetFileEvent;
          const file = self.getSnapshot().children.file!;
          said.push(heard);
          try {
            if (heard.type === 'file.opened') file.send({ type: 'file.rewind', to: from });
            else if (heard.type === 'file.positioned') file.send({ type: 'file.read', most: 3 });
            else if (heard.type === 'file.exhausted' || heard.type === 'file.failed') resolve(heard);
            else if (heard.type === 'batches.ready') {
              store(heard.lines);
              file.send({ type: 'file.read', most: 3 });
            }
          } catch (error) {
            reject(error);
          }
        },
      },
    },
  });
  const actor = createActor(machine).start();
  const last = await promise.finally(() => actor.stop());
  return { said, rows: Buffer.concat(rows), last };
};
