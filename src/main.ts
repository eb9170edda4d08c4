/** The one file you run: reads the command line, starts one root, exits with its code. */
import { Command, CommanderError } from 'commander';
import { EXIT_PERMANENT } from '../machines/exit-codes.ts';
import { escapeMessage } from './printable.ts';
import { catchDefects } from './runtime/defects.ts';
import { keepHangUpIgnored } from './runtime/hang-up.ts';
import { leaveSoon } from './runtime/leave.ts';
import { answer, exitWith, work } from './runtime/run-command.ts';
import { catchUnwritten } from './runtime/unwritten.ts';

/** Each command's code is loaded only when it runs: a server does not wait for a progress bar's. */
const program = new Command('quiniela')
  .description("a national lottery's central server and its betting agencies")
  .helpCommand(false)
  // Before the commands, which inherit both: what was typed wrong is wrong the next time too.
  .configureOutput({ outputError: (text, write) => write(usageText(text)) })
  .exitOverride()
  .showHelpAfterError('(--help lists the commands and options)');

/** Commander's words in our voice; a variable is what make has taken: here it is an option. */
const usageText = (text: string): string => {
  const [, variable = '', value = ''] =
    /^error: too many arguments.*: ([A-Z_]+)=(\S*?)\.?\n/.exec(text) ?? [];
  const meant = variable && `(here ${variable}=${value} is --${variable.toLowerCase()} ${value})\n`;
  return escapeMessage(text.replace(/^error: /, 'quiniela: ')) + meant;
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
  .description('run the whole system as processes on this machine: a server and its agencies, up to the draw')
  .option('--agencies <number>', 'how many', '5')
  .option('--bets <number>', 'bets of each file that has to be made', '10000')
  .option('--servers <number>', 'servers that share the draw; more than one need nats-server', '1')
  .option('--fleet <choice>', 'all agencies as one process: yes, no, or auto by their number', 'auto')
  .option(
    '--data <folder>',
    "folder of the agencies' files, agency-N.csv; without it, they are made in .data",
  )
  .option('--tls', 'with certificates; those that are missing are made in .data/certs')
  .option('--all', 'list every agency in the table at the end, even if there are more than 20')
  .option('--json', 'for programs: print the outcome as a JSON object, and everything else to standard error')
  .option('--inspect', 'show the state machines at work, on a page that stays until Ctrl-C')
  .option('--lab', 'the same, on a page where you can act: pause, cut, kill, start again, send events')
  .option('--no-open', 'do not open that page in a browser')
  .action((options) => work(async () => (await import('./commands/demo.ts')).run(options)));

program
  .command('compose')
  .description('write a compose file for the server and CLIENTS agencies')
  .argument('[FILE CLIENTS...]', 'the file to write, and how many agencies it has')
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
  .description('check everything, write a compose file and start it: what `make up` runs, in a clone')
  .argument(
    '<file>',
    'the compose file; the variables AGENCIES, MODE, DATA, BETS, SEED, FLEET, TLS, INSPECT, MONITORING and FORCE say what it has',
  )
  .option('--written', 'write nothing: start the file as it is')
  .action((file, options) => work(async () => (await import('./commands/up.ts')).run(file, options)));

program
  .command('chaos')
  .description(
    'start a cluster in Docker, kill and cut off parts of it, count all bets: what `make chaos` runs, in a clone',
  )
  .argument('<file>', 'the compose file; the variables are SERVERS and those of up')
  .action((file) => work(async () => (await import('./commands/chaos.ts')).run(file)));

program
  .command('data')
  .description("make agencies' files; the same seed always makes the same files")
  .option('--agencies <number>', 'how many', '5')
  .option('--bets <number>', 'of each agency', '10000')
  .option('--seed <number>', 'a different number makes different files', '1')
  .option('--out <folder>', 'where they are written', '.data')
  .option('--missing', 'make only the files that are not there yet')
  .action((options) => answer(async () => (await import('./commands/data.ts')).run(options)));

program
  .command('check-data')
  .description(
    "say how agencies' files are understood, and which rows are no bets; exit code 0 if all are good, else 1",
  )
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
  .description('ask an echo server; exit code 0 if the message comes back unchanged')
  .option(
    '--config <file>',
    "the server's own YAML file; it and the environment say where the server listens",
  )
  .option('--host <host>', 'the server; 127.0.0.1 unless configured')
  .option('--port <port>', 'its port; 12345 unless configured')
  .option('--message <text>', 'what is sent', 'quiniela health check')
  .option('--timeout <ms>', 'how long the answer may take', '2000')
  .option('--print-port', 'only print the port, and ask nobody')
  .action((options) => answer(async () => (await import('./commands/echo.ts')).run(options)));

program
  .command('verify')
  .description("check a draw's folder: every byte, offset, hash and winner")
  .argument('<dir>', 'the folder of bets.csv and journal.ndjson')
  .option(
    '--head <hash>',
    'a hash that you kept, of the draw or of any line of the journal; the folder must have it',
  )
  .option('--receipt <file>', "an agency's receipt; the folder must be the one that it is of")
  .option(
    '--ca <file>',
    "the authority's certificate: check the signature of every agency; none may be missing",
  )
  .option('--json', 'for programs: an object with what was found')
  .action((dir, options) => answer(async () => (await import('./commands/verify.ts')).run(dir, options)));

program
  .command('export')
  .description("write a cluster's draw to a folder, as a single server would have it")
  .argument('<dir>', 'the folder to write to; it must hold no bets.csv and no journal.ndjson yet')
  .requiredOption('--from <url>', 'the nodes of its engine, such as nats://a:4222,nats://b:4222')
  .requiredOption('--draw <name>', "the draw's name, as its servers have it in DRAW_NAME")
  .option('--creds <file>', 'credentials for the engine, as in STORE_CREDS')
  .option('--ca <file>', "the authority of the engine's certificates, as in STORE_CA")
  .option('--cert <file>', 'our certificate for the engine, as in STORE_CERT; needs --key')
  .option('--key <file>', 'its private key, as in STORE_KEY')
  .action((dir, options) => answer(async () => (await import('./commands/export.ts')).run(dir, options)));

program
  .command('recover')
  .description("mend a draw's folder that a server refuses: go back to the last commit that is whole")
  .argument('<dir>', 'the folder of bets.csv and journal.ndjson')
  .option('--force', 'do it; without this option, only say what would be done')
  .action((dir, options) => answer(async () => (await import('./commands/recover.ts')).run(dir, options)));

program
  .command('reset')
  .description('take out all bets of one agency before the draw, so that it begins anew')
  .argument('<dir>', 'the folder of bets.csv and journal.ndjson')
  .option('--agency <number>', 'whose bets are taken out')
  .option('--force', 'even if the agency has said DONE')
  .action((dir, options) => answer(async () => (await import('./commands/reset.ts')).run(dir, options)));

program
  .command('inspector')
  .description('show the state machines of running processes (INSPECT_URL), or of a recorded run, on a page')
  .option('--port <port>', 'where it listens', '8080')
  .option('--host <host>', 'the address that it listens on', '127.0.0.1')
  .option('--any-port', 'take any free port if this one is in use')
  .option('--allow-host <name...>', 'further names by which it may be reached, besides those of this machine')
  .option('--until-eof', 'end when standard input ends, together with the program that started it')
  .option('--replay <file>', 'show a run that was recorded with INSPECT_FILE')
  .option(
    '--otlp <url>',
    'show no page: send the recorded run there as OpenTelemetry traces, one for each upload',
  )
  .action((options) => {
    const end = options.otlp === undefined ? exitWith : answer;
    return end(async () => (await import('./commands/inspector.ts')).run(options));
  });

program
  .command('status')
  .description('list the actors of a running system and their states, as an inspector knows them')
  .option('--url <url>', 'where the inspector is', 'http://127.0.0.1:8080')
  .option('--file <file>', 'ask no inspector: read a run that was recorded with INSPECT_FILE')
  .option('--watch', 'repeat until Ctrl-C; at a terminal, as many lines as it has room for')
  .option('--all', 'list every actor, however many there are')
  .option('--json', 'for programs: a JSON object in each line')
  .action((options) => answer(async () => (await import('./commands/status.ts')).run(options)));

program
  .command('trace')
  .description(
    'say how long the batches of a recorded run took, step by step from the file to STORED; or what caused an event',
  )
  .argument('<file>', 'recorded with INSPECT_FILE')
  .option('--agency <number>', 'only the batches of this agency')
  .option('--bet <number>', 'the batch that holds this bet of that agency; without it, the slowest batch')
  .option(
    '--event <filter>',
    'instead: causes and effects of one event, by its number, or of the first that the filter finds',
  )
  .option('--json', 'for programs: a JSON object')
  .action((file, options) => answer(async () => (await import('./commands/trace.ts')).run(file, options)));

program
  .command('help')
  .description('say what a command is for, with its variables and examples')
  .argument('[command]', 'which one; without it, all are listed')
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
