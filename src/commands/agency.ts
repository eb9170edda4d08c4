import type { AgencyInput, SingleBet } from '../../machines/agency/upload.ts';
import { howMany } from '../../machines/how-many.ts';
import { agencyLogs } from '../../machines/log-lines.ts';
import { type AgencyConfig, loadAgencyConfig } from '../config/agency.ts';
import { fleetIds } from '../config/fleet-ids.ts';
import { mostOnTheirWay } from '../config/fleet-rule.ts';
import { metricsPlace } from '../config/metrics.ts';
import { tlsFilesOf } from '../config/tls.ts';
import { UserError } from '../errors.ts';
import { type BetFileOptions, betFile } from '../input/bet-file.ts';
import { filesIn } from '../input/input-file.ts';
import type { Receipts } from '../input/receipts.ts';
import {
  BACK_OFF_CAP_MS,
  BACK_OFF_MS,
  CLOSE_MS,
  FILE_CHUNK_BYTES,
  FLEET_FILE_BYTES,
  FLEET_GROUP_AGENCIES,
  FLEET_PAUSE_MS,
  LINE_BYTES,
  OWN_FILES,
  SHUTDOWN_MS,
  TAKEOVER_CAP_MS,
  TP0_CUTS,
  TP0_READ_BYTES,
} from '../limits.ts';
import { createLog, type Log } from '../log/log.ts';
import { logWarnings } from '../log/warnings.ts';
import { type BetText, checkBet, wireBet } from '../lottery/bet.ts';
import type { AgencyRoot } from '../metrics/agencies.ts';
import { connector, tcp } from '../net/connector.ts';
import { encodeBet } from '../protocol/encoder.ts';
import { mostOpenFiles, shortageOfFiles } from '../runtime/open-files.ts';
import { runRoot } from '../runtime/run-root.ts';
import { signals } from '../runtime/signals.ts';
import { scavengeAsNew } from '../runtime/v8-options.ts';
import type { AgencyAdapters } from '../wiring/agency.ts';

/**
 * How long a server's name may be looked up, for glibc's resolver, unless the user has said it: a lookup cannot be given
 * up, and by default it takes 10 s, as long as Docker waits for a process to end. It is read with the first lookup.
 */
const RESOLVER_OPTIONS = 'timeout:1 attempts:2';

/** `quiniela agency`: one agency in the mode that its configuration names, or a fleet of them. */
export const run = async ({ config: file, id }: { config?: string; id?: string }): Promise<number> => {
  const ids = fleetIds(id ?? process.env.CLI_ID);
  const { config, warnings } = loadAgencyConfig({ file, env: process.env, id: ids?.[0] ?? id });
  const { mode } = config;
  if (ids && mode !== 'lottery' && mode !== 'batches') {
    throw new UserError(
      'FLEET',
      `cannot run agencies ${ids[0]} to ${ids.at(-1)} in mode ${mode}: one at a time`,
    );
  }
  const bet = mode === 'bet' ? await singleBet(config) : undefined;
  const plainLog = createLog({ level: config.logLevel, format: config.logFormat });
  const tls = await tlsOf(config, ids ?? [config.id]);
  const place = metricsPlace(config);
  const metrics =
    place &&
    (await import('../metrics/for-agencies.ts')).metricsOfAgencies(
      place,
      plainLog,
      tls && (() => tls.certificates.expiresAt),
    );
  const log = metrics?.log ?? plainLog;
  const watched = { log, watch: metrics?.watchAgency };
  // A socket and a file for each; for one agency nobody need look.
  const shortage = ids
    ? shortageOfFiles(mostOpenFiles(), OWN_FILES + 2 * ids.length, howMany(ids.length, 'agency', 'agencies'))
    : [];
  logWarnings(log, [...warnings, ...shortage]);
  for (const id of ids ?? [config.id]) logConfig(log, { ...config, id });
  process.env.RES_OPTIONS ??= RESOLVER_OPTIONS;
  logWarnings(log, tls?.certificates.warnings ?? []);
  const calls = tls?.calls ?? { call: tcp(config.serverAddress.servers) };
  const socket = connector({ ...calls, idleMs: config.connectionIdle.ms });
  if (mode === 'echo') return runEchoLoop(watched, config, socket);
  const receipts = await receiptsOf(config);
  const adapters = { ...adaptersOf(log, config, ids?.length ?? 1, tls?.newDigest), socket, receipts };
  /** An earlier process may have left its draw unfinished: this one comes back to it. */
  const resumed = async (config: AgencyConfig): Promise<AgencyConfig> => {
    const draw = mode === 'lottery' && !config.draw ? await receipts?.drawOf(config.id) : undefined;
    if (draw !== undefined) log.log(agencyLogs.drawResumed(config.id, draw));
    return draw === undefined ? config : { ...config, draw };
  };
  if (!ids) {
    const { agencySystem } = await import('../wiring/agency.ts');
    scavengeAsNew();
    return runRoot(agencySystem(adapters), inputOf(await resumed(config), mode, bet), watched);
  }
  const configs = await Promise.all(ids.map((id) => resumed({ ...config, id })));
  const agencies = configs.map((config) => inputOf(config, mode, undefined, ids.length));
  const { fleetSystem } = await import('../wiring/fleet.ts');
  scavengeAsNew();
  const fleet = { agencies, groupSize: FLEET_GROUP_AGENCIES, pauseMs: FLEET_PAUSE_MS, stopMs: SHUTDOWN_MS };
  return runRoot(fleetSystem({ ...adapters, log }), fleet, { log, watch: metrics?.watchFleet });
};

const logConfig = (log: Log, config: AgencyConfig): void =>
  log.log({
    level: 'info',
    action: 'config',
    result: 'success',
    details: {
      client_id: config.id,
      server_address: config.serverAddress.text,
      loop_amount: config.loopAmount,
      loop_period: config.loopPeriod.text,
      log_level: config.logLevel,
      batch_max_amount: config.batchMaxAmount,
      mode: config.mode,
    },
  });

/** TLS is loaded only if it is configured, and rows are hashed only if they can be signed. */
const tlsOf = async (config: AgencyConfig, ids: readonly number[]) => {
  const files = tlsFilesOf(config);
  if (!files) return undefined;
  const { tlsCalls } = await import('../net/tls-call.ts');
  const { newDigest } = await import('../identity/proof.ts');
  const { AgencyCertificates } = await import('../identity/agency-certificates.ts');
  const { judgementOf } = await import('../identity/words.ts');
  const { CallQueue } = await import('../net/call-queue.ts');
  const certificates = new AgencyCertificates(files, ids, config.mode === 'echo');
  return {
    certificates,
    calls: {
      ...tlsCalls(config.serverAddress.servers, certificates),
      secured: { queue: new CallQueue(), judge: judgementOf },
    },
    newDigest: config.protocol === 'tp0' ? undefined : newDigest,
  };
};

type Watched = { log: Log; watch: ((root: AgencyRoot) => () => void) | undefined };

const runEchoLoop = async (
  watched: Watched,
  config: AgencyConfig,
  socket: AgencyAdapters['socket'],
): Promise<number> => {
  const { echoClientSystem } = await import('../wiring/echo.ts');
  return runRoot(
    echoClientSystem({ log: watched.log, signals, socket, random: Math.random }),
    {
      id: config.id,
      loopAmount: config.loopAmount,
      loopPeriodMs: config.loopPeriod.ms,
      maxAttempts: config.connectionMaxAttempts || Number.POSITIVE_INFINITY,
      connectMs: config.connectionTimeout.ms,
      backOffMs: BACK_OFF_MS,
      backOffCapMs: BACK_OFF_CAP_MS,
      closeMs: CLOSE_MS,
    },
    watched,
  );
};

/** Loaded only if a folder is given. */
const receiptsOf = async ({ receiptsDir, protocol }: AgencyConfig): Promise<Receipts | undefined> => {
  if (receiptsDir === undefined || protocol === 'tp0') return undefined;
  const { Receipts } = await import('../input/receipts.ts');
  return new Receipts(receiptsDir);
};

const adaptersOf = (
  log: Log,
  config: AgencyConfig,
  agencies: number,
  newDigest: BetFileOptions['newDigest'],
): Omit<AgencyAdapters, 'receipts' | 'socket'> => ({
  log,
  signals,
  random: Math.random,
  betFile: betFile({
    files: filesIn(config.dataDir),
    chunkBytes: Math.min(FILE_CHUNK_BYTES, Math.floor(FLEET_FILE_BYTES / 3 / agencies)),
    dialect: config.protocol,
    maxAmount: config.batchMaxAmount,
    maxBytes: config.protocol === 'tp0' ? TP0_READ_BYTES : LINE_BYTES,
    rules: config,
    newDigest,
  }),
});

const inputOf = (
  config: AgencyConfig,
  mode: AgencyInput['mode'],
  bet: SingleBet | undefined,
  agencies = 1,
): AgencyInput => ({
  id: config.id,
  mode,
  dialect: config.protocol,
  loopAmount: config.loopAmount,
  loopPeriodMs: config.loopPeriod.ms,
  window: config.protocol === 'tp0' ? 1 : Math.min(config.batchWindow, mostOnTheirWay(agencies)),
  maxAttempts: config.connectionMaxAttempts || Number.POSITIVE_INFINITY,
  connectMs: config.connectionTimeout.ms,
  backOffMs: BACK_OFF_MS,
  backOffCapMs: BACK_OFF_CAP_MS,
  takeoverCapMs: TAKEOVER_CAP_MS,
  maxCuts: TP0_CUTS,
  closeMs: CLOSE_MS,
  draw: config.draw,
  keepsReceipts: config.receiptsDir !== undefined && config.protocol === 'quiniela',
  bet,
  maxInvalid: config.maxInvalid,
});

/** Each field of the bet, and the variable that it comes from. */
const BET_VARIABLES = {
  firstName: ['NOMBRE', 'nombre'],
  lastName: ['APELLIDO', 'apellido'],
  document: ['DOCUMENTO', 'documento'],
  birthdate: ['NACIMIENTO', 'nacimiento'],
  number: ['NUMERO', 'numero'],
} as const satisfies Record<keyof BetText, readonly [string, keyof AgencyConfig]>;

/** Loaded only here: Node's crypto, which it needs, delays an agency's start (see docs/performance.md). */
const newId = async (): Promise<string> => (await import('nanoid')).nanoid();

/** The bet of exercise 5. @throws {UserError} `BET`, naming the variable that is missing or bad */
const singleBet = async (config: AgencyConfig): Promise<SingleBet> => {
  const given = {} as BetText;
  for (const field of Object.keys(BET_VARIABLES) as (keyof BetText)[]) {
    const [variable, key] = BET_VARIABLES[field];
    const value = config[key];
    if (!value) throw new UserError('BET', `cannot place the bet: ${variable} is not set`);
    given[field] = value;
  }
  const check = checkBet(config.id, given, config.protocol, config);
  if (!check.ok) {
    const [variable] = BET_VARIABLES[check.field];
    throw new UserError('BET', `cannot place the bet: ${variable} is not valid: ${check.text}`);
  }
  const { bet } = check;
  const id = config.betId ?? (await newId());
  const wire = wireBet(bet, config.protocol);
  const line = config.protocol === 'tp0' ? Buffer.concat([wire, Buffer.from('\n')]) : encodeBet(id, wire);
  return { id, line, document: bet.document, number: bet.number };
};
