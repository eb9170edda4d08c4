/** What `help`, `--help` and `--version` say beyond one line for each command and option: loaded only when asked for. */
import type { Command, Help } from 'commander';
import about from '../../package.json' with { type: 'json' };
import { AGENCY_KEYS } from '../config/agency.ts';
import type { Key, KeyTable } from '../config/keys.ts';
import { SERVER_KEYS } from '../config/server.ts';

/** A word that is typed, and what it is for. */
type Item = readonly [word: string, purpose: string];

type More = { variables?: readonly Item[]; examples: readonly Item[] };

/** Every key of a program, as its variable. */
const variablesOf = <TConfig>(keys: KeyTable<TConfig>): Item[] =>
  Object.values<Key<unknown, TConfig>>(keys).map((key) => {
    const standard = typeof key.default === 'string' ? key.default : (key.defaultText ?? 'none');
    return [key.variable, `${key.about}: ${key.type.allowed} (default: ${standard.replaceAll('`', '')})`];
  });

const WATCHED: readonly Item[] = [
  ['INSPECT_URL', 'address of the inspector that shows its state machines, such as http://127.0.0.1:8080'],
  ['INSPECT_FILE', 'file in which all that its state machines do is recorded, for inspector --replay'],
];

const RULES: readonly Item[] = [
  [
    'CLI_LOTTERY_*, LOTTERY_*',
    'which bets are valid, for all of its processes: see help agency and help server',
  ],
];

const MORE: Readonly<Record<string, More>> = {
  server: {
    variables: [...variablesOf(SERVER_KEYS), ...WATCHED],
    examples: [
      ['quiniela server --config docker/server.yaml', ''],
      ['AGENCIES=2 STORE_DIR=draw quiniela server', 'two agencies, their bets in draw/'],
      ['STORE_URL=nats://a:4222,nats://b:4222 DRAW_NAME=1 quiniela server', 'one of many servers'],
    ],
  },
  agency: {
    variables: [...variablesOf(AGENCY_KEYS), ...WATCHED],
    examples: [
      ['CLI_SERVER_ADDRESS=127.0.0.1:12345 quiniela agency --id 1', 'uploads .data/agency-1.csv'],
      ['CLI_SERVER_ADDRESS=127.0.0.1:12345 quiniela agency --id 1-100', 'a hundred in one process'],
    ],
  },
  demo: {
    variables: [...WATCHED, ['INSPECT_CONTROL', 'yes: turns --inspect into --lab'], ...RULES],
    examples: [
      ['quiniela demo', 'five agencies, 10,000 bets each'],
      ['quiniela demo --inspect', 'watched on a page, and slowed down for it'],
      ['quiniela demo --lab', 'on a page where you can kill, cut and pause'],
      ['quiniela demo --agencies 1000 --bets 100', 'a thousand agencies, in one process'],
    ],
  },
  compose: { examples: [['quiniela compose docker-compose.yaml 5', 'a server and five agencies']] },
  up: { examples: [['AGENCIES=5 quiniela up docker-compose-dev.yaml', 'the same as make up AGENCIES=5']] },
  chaos: {
    examples: [['SERVERS=3 quiniela chaos docker-compose-dev.yaml', 'the same as make chaos SERVERS=3']],
  },
  certs: { examples: [['quiniela certs --agencies 5 --out certs --host lottery.example', '']] },
  echo: { examples: [['quiniela echo --host server --message hola', 'is an echo server there?']] },
  data: { examples: [['quiniela data --agencies 3 --out folder', 'folder/agency-1.csv to agency-3.csv']] },
  'check-data': { examples: [['quiniela check-data my-files', 'each agency-N.csv in it']] },
  export: {
    examples: [['quiniela export --from nats://a:4222,nats://b:4222 --draw 2026-11-26 folder', '']],
  },
  verify: { examples: [['quiniela verify .data/demo', 'what the demo has stored']] },
  recover: {
    examples: [
      ['quiniela recover draw', 'what can be kept'],
      ['quiniela recover draw --force', ''],
    ],
  },
  reset: { examples: [['quiniela reset draw --agency 1', '']] },
  inspector: {
    examples: [
      ['quiniela inspector', 'then start the others with INSPECT_URL=http://127.0.0.1:8080'],
      ['quiniela inspector --replay run.ndjson', 'a run recorded with INSPECT_FILE=run.ndjson'],
    ],
  },
  trace: {
    examples: [
      ['INSPECT_FILE=run.ndjson quiniela demo', 'records a run'],
      ['quiniela trace run.ndjson --agency 2 --bet 5640', 'where that bet was when'],
      ["quiniela trace run.ndjson --event 'server.stored'", 'what caused it, and what it caused'],
    ],
  },
  status: {
    examples: [
      ['quiniela status --watch', 'until Ctrl-C'],
      ['quiniela status --json', 'for programs'],
    ],
  },
};

/** What every command ends with. */
const EXIT_CODES: readonly Item[] = [
  ['0', 'done, or stopped by a signal'],
  ['1', 'failed: start it again'],
  [
    '2',
    'refused, as it would be again: a bad argument or configuration, a missing file, a damaged or locked folder',
  ],
  ['129, 130, 143', 'interrupted before it was done'],
];

const titled = (title: string, items: readonly Item[], help: Help): string => {
  const width = Math.max(...items.map(([word]) => word.length));
  return [title, ...items.map(([word, purpose]) => help.formatItem(word, width, purpose, help)), ''].join(
    '\n',
  );
};

/** To be called before the command line is read. */
export const explain = (program: Command): void => {
  program.version(about.version, '-V, --version', "this program's version");
  program.addHelpText('after', ({ command }) => `\n${titled('Exit codes:', EXIT_CODES, helpOf(command))}`);
  for (const command of program.commands) {
    const { variables, examples = [] } = MORE[command.name()] ?? {};
    command.addHelpText('after', () => {
      const help = helpOf(command);
      return [
        '',
        ...(variables ? [titled('Variables, which win over a file:', variables, help)] : []),
        ...(examples.length > 0 ? [titled('Examples:', examples, help)] : []),
      ].join('\n');
    });
  }
};

const helpOf = (command: Command): Help => {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: process.stdout.isTTY ? process.stdout.columns : 100 });
  return help;
};
