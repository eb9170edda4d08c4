/** A screen of its own, as an editor has: what was there before comes back, and nothing is left in the scrollback. */
import type { Terminal } from './block.ts';

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const REST_OF_LINE = '\x1b[K';
const ALL_BELOW = '\x1b[J';

type AlternateScreen = { draw: (text: string) => void; leave: () => void };

/** It is left too if the process ends before. */
export function enterAlternateScreen(terminal: Pick<Terminal, 'write'>): AlternateScreen {
  let isOver = false;
  const leave = () => {
    if (!isOver) terminal.write(LEAVE);
    isOver = true;
    process.off('exit', leave);
  };
  process.once('exit', leave);
  terminal.write(ENTER);
  return {
    draw: (text) =>
      terminal.write(`${HOME}${text.replaceAll('\n', `${REST_OF_LINE}\n`)}${REST_OF_LINE}${ALL_BELOW}`),
    leave,
  };
}
