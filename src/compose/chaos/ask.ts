/** What the containers of a cluster say of themselves. */
import { isEngineNode } from '../cluster.ts';
import { answerOf, containers, logsOf } from '../engine.ts';

/** Bets that agencies have heard to be stored. */
export const uploaded = (clients: readonly string[]): number =>
  logsOf(clients)
    .matchAll(/apuesta_enviada \| result: success .*?cantidad: (\d+)/g)
    .reduce((sum, [, count]) => sum + Number(count), 0);

/** Winners that each agency was told, from agency 1. */
export function told(clients: readonly string[], agencies: number): (number | undefined)[] {
  const all: (number | undefined)[] = Array.from({ length: agencies });
  for (const [index, name] of clients.entries()) {
    for (const line of logsOf([name]).split('\n')) {
      const [, winners] = /consulta_ganadores \| result: success.*cant_ganadores: (\d+)/.exec(line) ?? [];
      const [, id = index + 1] = /client_id: (\d+)/.exec(line) ?? [];
      if (winners !== undefined) all[Number(id) - 1] = Number(winners);
    }
  }
  return all;
}

/** The head that each server has recorded with the draw. */
export const headsOf = (servers: readonly string[]): string[] =>
  servers.map((name) => /record_draw .*head: (\w{64})/.exec(logsOf([name]))?.[1] ?? 'none');

/** Its container's health check has been answered since it was started. */
export const isHealthy = (name: string): boolean =>
  answerOf('inspect', '-f', '{{.State.Health.Status}}', name)?.trim() === 'healthy';

/** What a node of the engine answers on its monitoring port; empty if it does not. */
function monitored(node: string, path: string): string {
  const ask = `exec 3<>/dev/tcp/127.0.0.1/8222; printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
  return answerOf('exec', node, 'bash', '-c', ask) ?? '';
}

/** A node of the engine has all that the others have. A reader of which it knows no more is one of a server that was killed:
 * the engine forgets it within minutes. */
export const isCurrent = (node: string): boolean =>
  /"status": ?"ok"|"error": ?"JetStream consumer /.test(monitored(node, '/healthz'));

/** The node that leads the draw's stream, as a node says that runs; undefined while none does: they elect one. */
export function leader(): string | undefined {
  const running = containers().filter((one) => one.isRunning && isEngineNode(one));
  for (const { name } of running) {
    const answer = monitored(name, '/jsz?streams=true&accounts=true');
    const [, found] = /"name": "QUINIELA-[\s\S]*?"leader": "(nats\d)"/.exec(answer) ?? [];
    if (found !== undefined) return found;
  }
  return undefined;
}
