/** Somebody who says to be an agency and is not: its upload must not suffer, but for being interrupted. */
import type { Judge } from './judge.ts';
import type { Words } from './scenario.ts';
import type { Meddling, Stage } from './stage.ts';

/** Simulated milliseconds after which a stranger leaves at the latest. */
const STAY_MS = 2_000;

const linesOf = (agency: number, words: Words, acknowledged: number): string => {
  const hello = `HELLO:${agency}\n`;
  const bet = `${agency},Eva,Mala,99999999,1999-03-17,7574`;
  switch (words) {
    case 'nothing':
      return hello;
    case 'wrongDone':
      return `${hello}DONE:${agency}:999999:1\n`;
    case 'gap':
      return `${hello}BATCH:999999:${bet}\n`;
    case 'otherBets':
      // Only if something is stored already: at the beginning of an upload, anybody could begin it.
      return acknowledged > 0 ? `${hello}BATCH:0:${bet}\n` : hello;
    case 'badBatch':
      return `${hello}BATCH:${acknowledged}:${bet},\n`;
    case 'otherDraw':
      return `HELLO:${agency}:tomorrow\n`;
    case 'tp0Garbage':
      return `${agency},Eva,,,,\n`;
    case 'tp0Done':
      return acknowledged > 0 ? `DONE:${agency}` : hello;
    case 'tp0Bets':
      return acknowledged > 0 ? `${bet}\n` : hello;
  }
};

export const receiveStranger = (
  { time, network, random, scenario }: Stage,
  judge: Judge,
  operator: Meddling,
  { agency, words }: { agency: number; words: Words },
): void => {
  const isTp0 = scenario.agencies[agency - 1]!.dialect === 'tp0';
  const acknowledged = judge.acknowledgedOf(operator.draw, agency);
  const socket = network.connect();
  const leave = time.setTimeout(() => socket.destroy(), random.between(10, STAY_MS));
  socket.on('connect', () => {
    // Whoever waits for an answer in this agency's name is interrupted.
    operator.epoch++;
    socket.write(Buffer.from(linesOf(agency, isTp0 ? 'nothing' : words, acknowledged)));
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    operator.epoch++;
    time.clearTimeout(leave);
  });
};
