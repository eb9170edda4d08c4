/** The one file you run: reads the command line, starts one root, exits with its code. */
import { Command, CommanderError } from 'commander';
import { EXIT_FAILED, EXIT_PERMANENT } from '../machines/exit-codes.ts';
import { UserError } from './errors.ts';
import { escapeMessage } from './printable.ts';
import { catchDefects, tellDefect } from './runtime/defects.ts';
import { keepHangUpIgnored } from './runtime/hang-up.ts';
import { leaveSoon } from './runtime/leave.ts';
import { isOfRemovedFolder, REMOVED_FOLDER } from './runtime/removed-folder.ts';
import { catchUnwritten, failIfUnwritten } from './runtime/unwritten.ts';

type Run = () => Promise<number>;

/** Each command's code is loaded only when it runs: a server does not wait for a progress bar's. */
const program = new Command('quiniela')
  .description("a national lottery's central server and its betting agencies")
  .helpCommand(false)
  // Before the commands, which inherit both: what was typed wrong is wrong the next time too.
  .configureOutput({ outputError: (text, write) => write(usageText(text)) })
  .exitOverride()
  .showHelpAfterError('(--help lists what can be said)');

/** Commander's words in our voice; a variable is what make has taken: here it is an option. */
const usageText = (text: string): string => {
  const [, variable = '', value = ''] =
    /^error: too many arguments.*: ([A-Z_]+)=(\S*?)\.?\n/.exec(text) ?? [];
  const meant = variable && `(here ${variable}=${value} is --${variable.toLowerCase()} ${value})\n`;
  return escapeMessage(text.replace(/^error: /, 'quiniela: ')) + meant;
};

const exitWith = async (run: Run): Promise<void> => {
  try {
    leaveSoon(await run());
  } catch (error) {
    const mistake = isOfRemovedFolder(error) ? REMOVED_FOLDER : error;
    if (mistake instanceof UserError) console.error(`quiniela: ${escapeMessage(mistake.message)}`);
    else tellDefect(mistake);
    leaveSoon(mistake instanceof UserError ? mistake.exitCode : EXIT_FAILED);
  }
};

/** The same of a command that ends with its answer on stdout; the others go on without a reader. */
const answer = (run: Run): Promise<void> => {
  catchUnwritten();
  return exitWith(run);
};

/** The same of a command whose work is not what it says on stdout: it is done first. */
const work = (run: Run): Promise<void> => {
  failIfUnwritten();
  return exitWith(run);
};

program
  .command('server')
  .description('collect the bets of all agencies, draw, and tell each its own winners')
  .option('--config <file>', 'YAML file; the environment wins over it')
  .action((options) => exitWith(async () => (await import('./commands/server.ts')).run(options)));

program
  .command('agency')
  .description("upload one agency's bets and wait for its winners (or echo, batches, bet: AGENCY_MODE)")
  .option('--config <file>', 'YAML file; the environment wins over it')
  .option('--id <number>', "the agency's number, or those of many, 1-100; wins over CLI_ID")
  .action((options) => exitWith(async () => (await import('./commands/agency.ts')).run(options)));

program
  .command('demo')
  .description('the whole system as processes of this machine: a server and its agencies, to the draw')
  .option('--agencies <number>', 'how many', '5')
  .option('--bets <number>', 'of each agency, where its file is made', '10000')
  .option('--servers <number>', 'of one draw, which an engine keeps: it needs nats-server', '1')
  .option('--fleet <choice>', 'all agencies as one process: yes, no, or auto by their number', 'auto')
  .option('--data <folder>', "the agencies' files, agency-N.csv; made in .data where it is not given")
  .option('--tls', 'with certificates; made in .data/certs where they are not there')
  .option('--all', 'in the last table a row for each agency, also of more than 20')
  .option('--json', 'for programs: an object with what came of it; all else goes to standard error')
  .option('--inspect', 'show the state machines at work, on a page that stays until Ctrl-C')
  .option('--lab', 'the same, and by the page you may act: pause, cut, kill, start again, send events')
  .option('--no-open', 'do not open that page in a browser: somebody does it by hand')
  .action((options) => work(async () => (await import('./commands/demo.ts')).run(options)));

program
  .command('compose')
  .description('write a compose file for the server and CLIENTS agencies')
  .argument('[args...]', 'FILE CLIENTS')
  .usage('[options] FILE CLIENTS')
  .option('--mode <mode>', 'lottery, batches, bet or echo; also MODE')
  .option('--data <folder>', "the agencies' files; also DATA")
  .option('--fleet <choice>', 'all agencies in one container: yes, no, or auto by their number; also FLEET')
  .option('--inspect', 'an inspector too, at http://127.0.0.1:8080/; also INSPECT')
  .option(
    '--monitoring',
    'Prometheus at http://127.0.0.1:9090/ and Grafana at http://127.0.0.1:3000/ too; also MONITORING',
  )
  .action((args, options) => answer(async () => (await import('./commands/compose.ts')).run(args, options)));

program
  .command('up')
  .description('what `make up` runs, from a clone: checks everything, writes a compose file, starts it')
  .argument(
    '<file>',
    'the compose file; AGENCIES, MODE, DATA, BETS, SEED, FLEET, TLS, INSPECT, MONITORING and FORCE are variables',
  )
  .option('--written', 'start the file as it stands')
  .action((file, options) => work(async () => (await import('./commands/up.ts')).run(file, options)));

program
  .command('chaos')
  .description(
    'what `make chaos` runs, from a clone: a cluster in Docker, of which parts are killed and cut off',
  )
  .argument('<file>', 'the compose file; SERVERS and the variables of up')
  .action((file) => work(async () => (await import('./commands/chaos.ts')).run(file)));

program
  .command('data')
  .description("make agencies' files, always the same for the same seed")
  .option('--agencies <number>', 'how many', '5')
  .option('--bets <number>', 'of each agency', '10000')
  .option('--seed <number>', 'another one makes other files', '1')
  .option('--out <folder>', 'where they are written', '.data')
  .option('--missing', 'only those that are not there')
  .action((options) => answer(async () => (await import('./commands/data.ts')).run(options)));

program
  .command('check-data')
  .description("what agencies' files are, and which of their rows are no bets: 0 if all are good, else 1")
  .argument('[files...]', 'files, or folders of agency-N.csv', ['.data'])
  .option('--config <file>', "an agency's YAML file; the environment wins over it")
  .action((files, options) =>
    answer(async () => (await import('./commands/check-data.ts')).run(files, options)),
  );

program
  .command('certs')
  .description('make a certificate authority for development, and certificates of a server and its agencies')
  .option('--agencies <numbers>', 'how many, or which: 0-4', '5')
  .option('--out <folder>', 'where they are written; what is there stays', '.data/certs')
  .option('--host <name...>', 'names and addresses of the server, besides server and localhost')
  .action((options) => answer(async () => (await import('./commands/certs.ts')).run(options)));

program
  .command('echo')
  .description('ask an echo server: 0 when the message comes back as it went')
  .option('--config <file>', "the server's own YAML file: where it and the environment say that it listens")
  .option('--host <host>', 'the server; 127.0.0.1 unless configured')
  .option('--port <port>', 'its port; 12345 unless configured')
  .option('--message <text>', 'what is sent', 'quiniela health check')
  .option('--timeout <ms>', 'how long the answer may take', '2000')
  .option('--print-port', 'ask nobody, only say which port it is')
  .action((options) => answer(async () => (await import('./commands/echo.ts')).run(options)));

program
  .command('verify')
  .description("check a draw's folder: every byte, offset, hash and winner")
  .argument('<dir>', 'the folder of bets.csv and journal.ndjson')
  .option('--head <hash>', 'a hash that was kept, of the draw or of any line: it must be there')
  .option('--receipt <file>', "an agency's receipt: the folder must be that which it speaks of")
  .option('--ca <file>', "the authority's certificate: each agency's signature is checked, and none may lack")
  .option('--json', 'for programs: an object with what was found')
  .action((dir, options) => answer(async () => (await import('./commands/verify.ts')).run(dir, options)));

program
  .command('export')
  .description("write a cluster's draw to a folder, as a single server would have it")
  .argument('<dir>', 'the folder for bets.csv and journal.ndjson, in which neither is')
  .requiredOption('--from <url>', 'the nodes of its engine, such as nats://a:4222,nats://b:4222')
  .requiredOption('--draw <name>', "the draw's name, which is DRAW_NAME of its servers")
  .option('--creds <file>', 'credentials for the engine, as of STORE_CREDS')
  .option('--ca <file>', "the authority of the engine's certificates, as of STORE_CA")
  .option('--cert <file>', 'what is shown to the engine, as of STORE_CERT; with its key')
  .option('--key <file>', 'its private key, as of STORE_KEY')
  .action((dir, options) => answer(async () => (await import('./commands/export.ts')).run(dir, options)));

program
  .command('recover')
  .description("mend a draw's folder that a server refuses: back to the last commit that is whole")
  .argument('<dir>', 'the folder of bets.csv and journal.ndjson')
  .option('--force', 'do it; without this it only says what it would do')
  .action((dir, options) => answer(async () => (await import('./commands/recover.ts')).run(dir, options)));

program
  .command('reset')
  .description('set one agency back to nothing before its draw: its bets are taken out')
  .argument('<dir>', 'the folder of bets.csv and journal.ndjson')
  .option('--agency <number>', 'which')
  .option('--force', 'also if it has said DONE')
  .action((dir, options) => answer(async () => (await import('./commands/reset.ts')).run(dir, options)));

program
  .command('inspector')
  .description('a page that shows the state machines of running processes (INSPECT_URL), or a recorded run')
  .option('--port <port>', 'where it listens', '8080')
  .option('--host <host>', 'the address that it listens on', '127.0.0.1')
  .option('--any-port', 'any other one, if this one is taken')
  .option('--allow-host <name...>', 'names that others reach it by, besides those of this machine')
  .option('--until-eof', 'end when standard input does, with whoever started it')
  .option('--replay <file>', 'show a run that was recorded with INSPECT_FILE')
  .option('--otlp <url>', 'instead of a page, send it there: OpenTelemetry traces, one for each upload')
  .action((options) => {
    const end = options.otlp === undefined ? exitWith : answer;
    return end(async () => (await import('./commands/inspector.ts')).run(options));
  });

program
  .command('status')
  .description('the actors of a running system and their states, as an inspector knows them')
  .option('--url <url>', 'the inspector', 'http://127.0.0.1:8080')
  .option('--file <file>', 'a run that was recorded with INSPECT_FILE, instead')
  .option('--watch', 'again and again, until Ctrl-C; on a screen what has room')
  .option('--all', 'a line for each, however many there are')
  .option('--json', 'for programs: an object a line')
  .action((options) => answer(async () => (await import('./commands/status.ts')).run(options)));

program
  .command('trace')
  .description(
    'how long batches of a recorded run took, step by step, from the file to STORED; or what caused an event',
  )
  .argument('<file>', 'recorded with INSPECT_FILE')
  .option('--agency <number>', 'only of this one')
  .option('--bet <number>', 'the batch that holds this bet of that agency; the slowest batch unless said')
  .option(
    '--event <filter>',
    "instead, the causes and effects of the first event that it shows; or an event's number",
  )
  .option('--json', 'for programs: an object')
  .action((file, options) => answer(async () => (await import('./commands/trace.ts')).run(file, options)));

program
  .command('help')
  .description('what a command is for, with its variables and examples')
  .argument('[command]', 'all of them, in a line each, if none is named')
  .action((name) => {
    if (name === undefined) program.help();
    // Commander's own would show the help of all for a command that there is not.
    const isThere = program.commands.some((command) => command.name() === name);
    program.parse(isThere ? [name, '--help'] : [name], { from: 'user' });
  });

/** Commander takes the last of two and says nothing: one receipt would be checked, one agency set back. */
for (const command of program.commands) {
  for (const option of command.options.filter(({ required, variadic }) => required && !variadic)) {
    const said: string[] = [];
    command.on(`option:${option.name()}`, (value: string) => {
      said.push(value);
      const both = said.map((text) => JSON.stringify(text)).join(' and ');
      if (said.length > 1) command.error(`error: ${option.long} is given twice, ${both}: say it once`);
    });
  }
}

/** Not at the top level: an image has the program as a script, which cannot wait. */
const main = async (): Promise<void> => {
  const [, , ...words] = process.argv;
  if (words.length === 0 || words.some((word) => /^(-h|--help|help|-V|--version)$/.test(word))) {
    catchUnwritten();
    (await import('./commands/help.ts')).explain(program);
  }
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Not at once: what could not be written is only heard of after it.
    leaveSoon(error.exitCode === 0 ? 0 : EXIT_PERMANENT);
  }
};

catchDefects();
keepHangUpIgnored();
void main();
