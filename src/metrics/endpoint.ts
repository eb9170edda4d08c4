/** Answers whoever watches a program, from METRICS_PORT on. */
import { messageOf } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { answering } from './answers.ts';
import { Door } from './door.ts';
import { processMetrics } from './process.ts';
import type { Watched } from './watched.ts';

export type Place = { readonly host: string; readonly port: number };

/** @returns what closes it. A port that cannot be had is said, and the program goes on: a draw needs no watcher */
export const openEndpoint = ({ host, port }: Place, watched: Watched, log: Log): (() => void) => {
  const ofProcess = processMetrics();
  const door = new Door(answering(watched, ofProcess.read));
  door.listen(host, port).then(
    (bound) =>
      log.log({ level: 'info', action: 'metrics', result: 'success', details: { host, port: bound } }),
    (error) =>
      log.log({
        level: 'error',
        action: 'metrics',
        result: 'fail',
        details: { error: `cannot listen on ${host}:${port} for METRICS_PORT: ${messageOf(error)}` },
      }),
  );
  return () => {
    door.close();
    ofProcess.end();
  };
};
