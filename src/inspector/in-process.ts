/** An inspector inside another command's process: for the demo, whose processes end within seconds. */
import { codeOf } from '../errors.ts';
import { loadAssets } from './assets.ts';
import { History } from './history.ts';
import { Hub } from './hub.ts';

const HOST = '127.0.0.1';
const PORT = 8080;

export type RunningInspector = {
  /** `http://127.0.0.1:8080/` */
  address: string;
  /** The page stays until Ctrl-C; where that has come before, it ends at once. */
  stay(say: (text: string) => void): Promise<void>;
};

/** Starts it on its usual port, or on any other where that one is taken. */
export async function startInspector(): Promise<RunningInspector> {
  const assets = await loadAssets();
  const hubOn = (port: number) =>
    new Hub({ host: HOST, port, history: new History(), isReplay: false, assets });
  let hub = hubOn(PORT);
  const address = await hub.listen().catch((error) => {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    hub = hubOn(0);
    return hub.listen();
  });
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  let hasStopped = false;
  stopped.then(() => {
    hasStopped = true;
  });
  return {
    address,
    async stay(say) {
      if (!hasStopped) say(`\nThe machines of this run can still be looked at, until Ctrl-C: ${address}`);
      await stopped;
      hub.close();
    },
  };
}
