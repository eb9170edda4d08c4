/** A real Prometheus, of Debian's package, on a port of its own and in a folder that goes away with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { parse, stringify } from 'yaml';
import { freePort, temporaryFolder, until } from '../support/system.ts';

export const MONITORING = join(import.meta.dirname, '../../docker/monitoring/');

type Job = { job_name: string; static_configs?: { targets: string[] }[]; dns_sd_configs?: unknown };

/** The ports of each job. */
type Targets = Readonly<Record<string, readonly number[]>>;

/** The shipped configuration with these targets in place of the containers' names, asked twice a second. */
const configFor = (targets: Targets): string => {
  const config = parse(readFileSync(join(MONITORING, 'prometheus.yaml'), 'utf8'));
  const jobs: Job[] = config.scrape_configs;
  return stringify({
    ...config,
    global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '1s' },
    rule_files: [join(MONITORING, 'alerts.yaml')],
    scrape_configs: jobs
      .filter(({ job_name }) => job_name in targets)
      .map(({ job_name }) => ({
        job_name,
        static_configs: [{ targets: targets[job_name]!.map((port) => `127.0.0.1:${port}`) }],
      })),
  });
};

type Result = { metric: Readonly<Record<string, string>>; value: [number, string] };

export class Prometheus {
  readonly #url: string;

  private constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}`;
  }

  static async start(t: TestContext, targets: Targets): Promise<Prometheus> {
    const folder = temporaryFolder(t);
    const port = await freePort();
    writeFileSync(join(folder, 'prometheus.yaml'), configFor(targets));
    const process = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yaml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    process.stderr.on('data', (chunk) => {
      said += chunk;
    });
    t.after(() => ended(process));
    const prometheus = new Prometheus(port);
    await until(async () => {
      if (process.exitCode !== null) throw new Error(`prometheus has ended:\n${said}`);
      return (await fetch(`${prometheus.#url}/-/ready`).catch(() => undefined))?.ok === true;
    }, 'Prometheus');
    return prometheus;
  }

  /** What an expression gives now. @throws if it is none */
  async query(expression: string): Promise<Result[]> {
    const response = await fetch(`${this.#url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expression }),
    });
    const { data, error } = (await response.json()) as { data?: { result: Result[] }; error?: string };
    if (!data) throw new Error(`${expression}: ${error}`);
    return data.result;
  }

  /** The number that an expression gives; undefined: none. */
  async number(expression: string): Promise<number | undefined> {
    const [first] = await this.query(expression);
    return first && Number(first.value[1]);
  }

  /** Names of the alerts that it has rules for. */
  async rules(): Promise<string[]> {
    const response = await fetch(`${this.#url}/api/v1/rules`);
    const { data } = (await response.json()) as { data: { groups: { rules: { name: string }[] }[] } };
    return data.groups.flatMap(({ rules }) => rules.map(({ name }) => name));
  }
}

const ended = async (process: ChildProcess): Promise<void> => {
  const gone = new Promise((resolve) => process.once('close', resolve));
  if (process.exitCode !== null || !process.kill('SIGKILL')) return;
  await gone;
};

type Rule = { alert: string; expr: string };

/** The alerts' rules, as shipped. */
export const alertRules = (): Rule[] =>
  parse(readFileSync(join(MONITORING, 'alerts.yaml'), 'utf8')).groups.flatMap(
    ({ rules }: { rules: Rule[] }) => rules,
  );

type Panel = { title: string; targets: { expr: string }[] };

/** The dashboard's panels, as shipped. */
export const dashboardPanels = (): Panel[] =>
  JSON.parse(readFileSync(join(MONITORING, 'grafana/dashboards/quiniela.json'), 'utf8')).panels;
