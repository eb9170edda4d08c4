/** What the demo can do and ask: its actors, actions, guards and delays. The statechart is in demo.ts. */
import { assign, enqueueActions, fromCallback, fromPromise, setup } from 'xstate';
import { EXIT_FAILED } from '../exit-codes.ts';
import type {
  DemoEvent,
  DemoFiles,
  ProcessCommand,
  ProcessEvent,
  ProcessInput,
  ScreenCommand,
  StoredDraw,
  Who,
} from '../vocabulary/demo.ts';
import type { ExitOutput } from '../vocabulary/program.ts';
import { demoLines } from './demo-lines.ts';
import { failuresIn, portIn } from './demo-log.ts';
import {
  afterOutput,
  afterStart,
  agenciesIn,
  agencyProcesses,
  type Demo,
  type DemoInput,
  differences,
  hasLeftWell,
  hasStoppedWell,
  isEveryoneTold,
  progressOf,
  resultOf,
} from './demo-run.ts';

const isOfProcess = (event: DemoEvent): event is ProcessEvent => event.type.startsWith('process.');

const parts = setup({
  types: {
    input: {} as DemoInput,
    context: {} as Demo,
    events: {} as DemoEvent,
    output: {} as ExitOutput,
    children: {} as Record<Who, 'process'> & { signals: 'signals' },
  },
  actors: {
    signals: fromCallback(() => {}),
    /** One child process. */
    process: fromCallback<ProcessCommand, ProcessInput>(() => {}),
    /** Makes the files that are missing, and counts the rows of all. */
    prepareData: fromPromise<DemoFiles>(() => Promise.reject()),
    /** Removes what the last demo stored, where no server is using it. */
    emptyStore: fromPromise<void>(() => Promise.reject()),
    /** Reads what is stored, without asking the server. */
    readStore: fromPromise<StoredDraw>(() => Promise.reject()),
  },
  delays: {
    start: ({ context }) => context.startMs,
    leave: ({ context }) => context.leaveMs,
    stop: ({ context }) => context.stopMs,
  },
  actions: {
    show: (_, _command: ScreenCommand) => {},
    noteFiles: assign((_, files: DemoFiles) => ({
      files,
      runs: files.rows.map((rows) => ({ rows, sent: 0, skipped: 0, winners: undefined })),
    })),
    noteStored: assign((_, stored: StoredDraw) => ({ stored })),
    notePort: assign({ port: ({ event }) => (isOfProcess(event) ? (portIn(event) ?? 0) : 0) }),
    noteStart: assign(({ context, event }) => (isOfProcess(event) ? afterStart(context, event) : {})),
    noteOutput: assign(({ context, event }) => (isOfProcess(event) ? afterOutput(context, event) : {})),
    noteFailed: assign({ failed: ({ event }) => (isOfProcess(event) ? failuresIn(event) : []) }),
    fail: assign({
      exitCode: (_, exitCode: number | undefined) => exitCode ?? EXIT_FAILED,
      cause: 'failure',
    }),
    interrupt: assign({ cause: 'signal' }),
    abort: assign({
      exitCode: ({ event }) => (event.type === 'signal.received' && event.signal === 'SIGINT' ? 130 : 143),
    }),
    tellAll: enqueueActions(({ context, enqueue }, command: ProcessCommand) => {
      for (const who of context.living) enqueue.sendTo(who, command);
    }),
  },
  guards: {
    isListening: ({ event }) => isOfProcess(event) && portIn(event) !== undefined,
    isOfServer: ({ event }) => 'who' in event && event.who === 'server',
    hasLeftWell: ({ context, event }) => isOfProcess(event) && hasLeftWell(context, event),
    hasStoppedWell: ({ context, event }) => isOfProcess(event) && hasStoppedWell(context, event),
    tellsOfFailure: ({ event }) => isOfProcess(event) && failuresIn(event).length > 0,
    everyoneTold: ({ context }) => isEveryoneTold(context),
    nobodyLeft: ({ context }) => context.living.length === 0,
    wasInterrupted: ({ context }) => context.cause === 'signal',
    agrees: ({ context }, stored: StoredDraw) => differences(context, stored).length === 0,
  },
});

export const demoParts = parts.extend({
  actions: {
    startServer: parts.enqueueActions(({ context: { agencies }, enqueue }) => {
      enqueue.spawnChild('process', { id: 'server', input: { who: 'server', agencies, port: 0 } });
      enqueue.assign({ living: ['server'] });
    }),
    startAgencies: parts.enqueueActions(({ context, enqueue }) => {
      const { agencies, port, living } = context;
      const all = agencyProcesses(context);
      for (const who of all) enqueue.spawnChild('process', { id: who, input: { who, agencies, port } });
      enqueue.assign({ living: [...living, ...all] });
    }),
    noteEnd: parts.enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'process.exited' && event.type !== 'process.errored') return;
      enqueue.stopChild(event.who);
      enqueue.assign({ living: context.living.filter((who) => who !== event.who) });
    }),
    showProgress: parts.enqueueActions(({ context, event, enqueue }) => {
      if (!isOfProcess(event)) return;
      for (const agency of agenciesIn(context, event)) {
        const progress = progressOf(context, agency);
        enqueue({ type: 'show', params: { type: 'progress.change', progress } });
      }
    }),
    openProgress: parts.enqueueActions(({ context, enqueue }) => {
      const agencies = context.runs.map((_, index) => progressOf(context, index + 1));
      enqueue({ type: 'show', params: { type: 'progress.open', agencies } });
    }),
    showEnd: parts.enqueueActions(({ context, event, enqueue }) => {
      if (isOfProcess(event)) enqueue({ type: 'show', params: demoLines.ended(event, context) });
    }),
    showResult: parts.enqueueActions(({ context, enqueue }) => {
      const { runs, stored } = context;
      if (!stored) return;
      enqueue({ type: 'show', params: { type: 'result', result: resultOf(context, stored) } });
      if (runs.some(({ skipped }) => skipped > 0))
        enqueue({ type: 'show', params: demoLines.skipped(context) });
      const lines = differences(context, stored);
      const last: ScreenCommand = lines.length > 0 ? demoLines.differs(lines) : { type: 'nextSteps' };
      enqueue({ type: 'show', params: last });
    }),
  },
});
