/** Whatever does not fit of two sides of TLS is said on both, in one clear line each. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { agencyUri } from '../../src/identity/names.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { agencyTls, certificates, certify, EXPIRED, serverTls } from '../support/certificates.ts';
import type { Environment, Program } from '../support/program.ts';
import { startAgency, startServer, temporaryFolder, until } from '../support/system.ts';

type Pair = {
  what: string;
  server: Environment;
  agency: Environment;
  /** The error of each side's line; exit code 2 of the agency's unless it says another. */
  said: { byServer: string | RegExp; byAgency: string | RegExp; exitCode?: number };
};

/** The errors of its lines, but for those that warn of what it was given. */
const errorsOf = ({ lines }: Program): string[] =>
  lines.flatMap((line) => /result: fail .*?error: (.*)$/.exec(line)?.[1] ?? []);

const isOne = (errors: readonly string[], wanted: string | RegExp) => {
  assert.equal(errors.length, 1, errors.join('\n'));
  if (typeof wanted === 'string') assert.equal(errors[0], wanted);
  else assert.match(errors[0]!, wanted);
};

const check = async (t: TestContext, data: string, { what, server, agency, said }: Pair): Promise<void> => {
  const { program, port } = await startServer(t, { agencies: 1, env: server });
  const client = startAgency(t, { port, data, env: agency });
  await client.expectExit(said.exitCode ?? 2);
  isOne(errorsOf(client), said.byAgency);
  await until(() => errorsOf(program).length > 0, `what the server says of ${what}`);
  program.signal('SIGTERM');
  await program.expectExit(0);
  isOne(errorsOf(program), said.byServer);
};

const NO_TLS = 'this port speaks TLS: an agency needs CLI_TLS_CERT, _KEY and _CA';
const CUT =
  "IDENTITY, the peer ended the TLS handshake: does it know this server's authority, and call it by its name?";
const UNKNOWN = 'the certificate is of no authority that is known here';

test('both sides say what does not fit', async (t) => {
  const [dir, other] = [await certificates(t, [1]), await certificates(t, [1])];
  const validity = EXPIRED;
  const url = [{ type: 'url', value: agencyUri(1) }] as const;
  await certify(dir, 'old-1', { name: 'agency-1', role: 'client', names: url, validity });
  const address = [{ type: 'ip', value: '127.0.0.1' }] as const;
  await certify(dir, 'old', { name: 'server', role: 'server', names: address, validity });
  const named = [{ type: 'dns', value: 'lottery.example' }] as const;
  await certify(dir, 'named', { name: 'server', role: 'server', names: named });
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 1));

  const pairs: Pair[] = [
    {
      what: 'an agency without TLS',
      server: serverTls(dir),
      agency: {},
      said: { byServer: `IDENTITY, ${NO_TLS}`, byAgency: `the server says IDENTITY, ${NO_TLS}` },
    },
    {
      what: 'an agency without TLS, in TP0, which has no word for it',
      server: serverTls(dir),
      agency: { CLI_PROTOCOL: 'tp0' },
      said: {
        byServer: `IDENTITY, ${NO_TLS}`,
        byAgency: /^Cannot read the server's answer "ERROR:IDENTITY:this port speaks TLS/,
        exitCode: 1,
      },
    },
    {
      what: 'a server without TLS',
      server: {},
      agency: agencyTls(dir),
      said: {
        byServer: 'MALFORMED, this port does not speak TLS: the server has no TLS_CERT, TLS_KEY and TLS_CA',
        byAgency: 'no TLS with the server: the other side does not speak TLS',
      },
    },
    {
      what: 'an agency of another authority',
      server: serverTls(dir),
      agency: agencyTls(other, undefined, dir),
      said: { byServer: `IDENTITY, ${UNKNOWN}`, byAgency: `the server says IDENTITY, ${UNKNOWN}` },
    },
    {
      what: 'a server of another authority',
      server: serverTls(dir),
      agency: agencyTls(dir, undefined, other),
      said: {
        byServer: CUT,
        byAgency: /^the server's certificate is of no authority that is known here \([A-Z_]+\)$/,
      },
    },
    {
      what: 'a server that is called by another name',
      server: serverTls(dir, 'named'),
      agency: agencyTls(dir),
      said: {
        byServer: CUT,
        byAgency: /^the server's certificate is not of the name that it is called by: IP: 127\.0\.0\.1 /,
      },
    },
    {
      what: 'an agency whose certificate has expired',
      server: serverTls(dir),
      agency: agencyTls(dir, 'old-{id}'),
      said: {
        byServer: 'IDENTITY, the certificate has expired',
        byAgency: 'the server says IDENTITY, the certificate has expired',
      },
    },
    {
      what: 'a server whose certificate has expired',
      server: serverTls(dir, 'old'),
      agency: agencyTls(dir),
      said: { byServer: CUT, byAgency: "the server's certificate has expired (CERT_HAS_EXPIRED)" },
    },
  ];
  for (const pair of pairs) await t.test(pair.what, (t) => check(t, data, pair));
});

test('what cannot be used of its own files an agency says before it calls anybody', async (t) => {
  const dir = await certificates(t, [1, 2]);
  const data = temporaryFolder(t);
  for (const [env, told] of [
    [agencyTls(dir, 'agency-2'), /agency-2\.pem" for TLS: it is of agency 2, not of agency 1\n$/],
    [agencyTls(dir, 'health'), /health\.pem" for TLS: it is of no agency, not of agency 1\n$/],
    [agencyTls(dir, 'agency-3'), /agency-3\.pem" for TLS: it does not exist\n$/],
    [
      { ...agencyTls(dir, 'agency-1'), CLI_TLS_KEY: `${dir}/agency-2.key` },
      /agency-2\.key" for TLS: it is not the key of ".*agency-1\.pem"\n$/,
    ],
    [
      { ...agencyTls(dir, 'agency-1'), CLI_ID: '1-2' },
      /agency-1\.pem" for TLS: it is of agency 1, not of agency 2; \{id\} in a path stands for the number of each\n$/,
    ],
  ] as const) {
    const agency = startAgency(t, { port: 1, data, env });
    assert.deepEqual(await agency.exited, { code: 2, signal: null });
    assert.match(agency.stderr, told);
  }
});
