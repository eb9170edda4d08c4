/** An upload as with netcat: some batches in one go, then the end of this side; every answer is owed all the same. */
import { type Bet, wireBet } from '../../src/lottery/bet.ts';
import type { SimulatedSocket } from './socket.ts';
import type { Meddling, Process, Stage } from './stage.ts';

type Task = {
  agency: number;
  dialect: 'quiniela' | 'tp0';
  bets: readonly Bet[];
  /** Bets of a batch. */
  maxAmount: number;
  batches: number;
  /** One more in the middle, with a bet that is none. */
  withBadBatch: boolean;
};

/** Lines to say, and what each of them must be answered. */
type Said = { line: string; answer: string }[];

const lineOf = (bets: readonly Bet[], dialect: Task['dialect']): string =>
  bets.map((bet) => wireBet(bet, dialect).toString('utf8')).join(';');

const batchesOf = (task: Task, stored: number): Said => {
  const { agency, dialect, bets, maxAmount, batches } = task;
  const said: Said = [];
  for (let at = stored; at < bets.length && said.length < batches; at += maxAmount) {
    const own = bets.slice(at, at + maxAmount);
    const line = lineOf(own, dialect);
    said.push(
      dialect === 'tp0'
        ? { line, answer: `${own.length}` }
        : { line: `BATCH:${at}:${line}`, answer: `STORED:${at + own.length}` },
    );
  }
  if (task.withBadBatch && said.length > 0) {
    const bad = `${agency},Ana,Paz,1234,1999-03-17,1`;
    said.splice(
      1,
      0,
      dialect === 'tp0'
        ? { line: bad, answer: '0' }
        : { line: `BATCH:${stored}:${bad}`, answer: `REJECTED:${stored}:0:DOCUMENT` },
    );
  }
  return said;
};

export const uploadByHand = (
  { time, random, note, violate }: Stage,
  operator: Meddling,
  task: Task,
  call: () => SimulatedSocket,
  onExit: (code: number) => void,
): Process => {
  const who = `agency ${task.agency} by hand`;
  let isAlive = true;
  let socket: SimulatedSocket | undefined;
  let hasGivenUp = false;
  const attempt = () => {
    if (!isAlive) return;
    const { epoch } = operator;
    // What one before has begun may still take place, and this one's place: TP0 has no word for that, the server hangs up.
    const mayBeSuperseded = hasGivenUp && task.dialect === 'tp0';
    const answers: string[] = [];
    let said: Said | undefined;
    let begun = '';
    let isBroken = false;
    const own = call();
    socket = own;
    const say = (lines: Said) => {
      said = lines;
      own.end(Buffer.from(lines.map(({ line }) => `${line}\n`).join('')));
    };
    const hear = (line: string) => {
      const [word, ...values] = line.split(':');
      if (word === 'WELCOME') say(batchesOf(task, Number(values[1])));
      else answers.push(line);
    };
    const giveUp = time.setTimeout(() => {
      hasGivenUp = true;
      own.destroy();
    }, 10_000);
    own.on('connect', () => {
      if (task.dialect === 'tp0') say(batchesOf(task, 0));
      else own.write(Buffer.from(`HELLO:${task.agency}\n`));
    });
    own.on('data', (data: Buffer) => {
      const lines = (begun + data.toString('utf8')).split('\n');
      begun = lines.pop()!;
      lines.forEach(hear);
    });
    own.on('error', () => {
      isBroken = true;
    });
    own.on('close', () => {
      time.clearTimeout(giveUp);
      if (!isAlive) return;
      note(who, answers.join(' '));
      const wanted = said?.map(({ answer }) => answer);
      if (wanted && answers.join() === wanted.join()) {
        isAlive = false;
        onExit(0);
        return;
      }
      const isRefused = answers.at(-1)?.startsWith('ERROR') || (mayBeSuperseded && answers.length === 0);
      if (wanted && !isBroken && !isRefused)
        operator.unlessExcused(epoch, () => violate(`${who} is answered ${answers}, not ${wanted}`));
      time.setTimeout(attempt, random.between(50, 500));
    });
  };
  attempt();
  const kill = () => {
    isAlive = false;
    socket?.destroy();
  };
  return { stop: kill, kill };
};
