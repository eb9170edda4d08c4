/** What there is to know of a server. */
import type { ActorRefFrom, SnapshotFrom } from 'xstate';
import type { serverMachine } from '../../machines/server/server.ts';
import { engineChecks, engineFamilies } from './engine.ts';
import { expiryOf } from './expiry.ts';
import type { Check } from './health.ts';
import type { ServerMeter } from './meters.ts';
import { machineStates } from './state-set.ts';
import { counter, type Family, gauge, histogram, samplesBy } from './text.ts';
import type { Watched } from './watched.ts';

export type ServerRoot = ActorRefFrom<typeof serverMachine>;
type Snapshot = SnapshotFrom<typeof serverMachine>;

/** Each agency of the draw stands at one place: 10,000 of them are looked at in a millisecond. */
const agenciesByState = ({ context }: Snapshot) => {
  const { input, sessions, waiting, finished, told } = context;
  const { agencies, agenciesFrom } = input;
  const counts = { missing: 0, uploading: 0, waiting: 0, away: 0, told: 0 };
  for (let agency = agenciesFrom; agency < agenciesFrom + agencies; agency++) {
    if (told.has(agency)) counts.told += 1;
    else if (waiting.has(agency)) counts.waiting += 1;
    else if (sessions.has(agency)) counts.uploading += 1;
    else if (finished.has(agency)) counts.away += 1;
    else counts.missing += 1;
  }
  return counts;
};

const families = (server: Snapshot, meter: ServerMeter, expiresAt: Date | undefined): Family[] => {
  const { store, open, sessions, draw } = server.context;
  const { connections, queueBytes } = server.context.input;
  const bets = store.getSnapshot();
  return [
    machineStates({ server, 'bet-store': bets }),
    gauge(
      'quiniela_draw_info',
      'The draw that is open.',
      draw === '' ? [] : [{ labels: { draw }, value: 1 }],
    ),
    gauge(
      'quiniela_agencies',
      'Agencies of the draw: missing, uploading, waiting for the draw, away since they finished, told their winners.',
      samplesBy('state', agenciesByState(server)),
    ),
    gauge('quiniela_connections', 'Connections that are open: sessions of agencies, and strangers.', [
      { labels: { of: 'agency' }, value: sessions.size },
      { labels: { of: 'stranger' }, value: Math.max(0, open - sessions.size) },
    ]),
    gauge('quiniela_connections_limit', 'Connections of strangers that may be open.', connections),
    counter('quiniela_bets_stored_total', 'Bets that this process has stored.', meter.bets),
    counter('quiniela_batches_stored_total', 'Batches with new bets that were acknowledged.', meter.batches),
    counter('quiniela_batches_rejected_total', 'Batches with a bad bet.', meter.rejectedBatches),
    histogram(
      'quiniela_commit_duration_seconds',
      'What a group of requests took to be decided, appended and synced.',
      meter.commitSeconds.samples(),
    ),
    gauge('quiniela_store_waiting_bytes', 'Bets that wait for the store.', bets.context.queue.bytes),
    gauge('quiniela_store_waiting_limit_bytes', 'With more, no socket is read.', queueBytes),
    counter(
      'quiniela_refusals_total',
      'Sessions that were ended with an error, and connections for which there was no room.',
      samplesBy('code', meter.refusals),
    ),
    counter(
      'quiniela_sessions_superseded_total',
      'Sessions that another connection of their agency took over.',
      meter.superseded,
    ),
    ...engineFamilies(meter.engine?.()),
    ...expiryOf(expiresAt),
  ];
};

const alive = ({ status }: Snapshot): Check[] => [
  { name: 'event-loop', isWell: true, says: 'it has answered' },
  { name: 'server', isWell: status !== 'error', says: status === 'error' ? 'a defect ended it' : status },
];

const ready = (server: Snapshot, meter: ServerMeter): Check[] => {
  const isRecovering = server.matches('opening');
  const isListening = server.matches('serving') && !server.matches({ serving: 'binding' });
  const isLeaving = server.status !== 'active' || server.matches('shuttingDown');
  return [
    { name: 'store', isWell: !isRecovering, says: isRecovering ? 'is being recovered' : 'open' },
    ...engineChecks(meter.engine?.()),
    { name: 'listener', isWell: isListening, says: isListening ? 'takes connections' : 'takes none' },
    { name: 'stays', isWell: !isLeaving, says: isLeaving ? 'it is closing' : 'nobody told it to stop' },
  ];
};

export const watchServer = (
  root: ServerRoot,
  meter: ServerMeter,
  expiresAt: (() => Date) | undefined,
): Watched => ({
  families: () => families(root.getSnapshot(), meter, expiresAt?.()),
  livez: () => alive(root.getSnapshot()),
  readyz: () => ready(root.getSnapshot(), meter),
});
