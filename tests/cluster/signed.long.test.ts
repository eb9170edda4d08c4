/** Servers over TLS that share an engine ask for signatures as one alone does: real processes and a real engine. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { nodeDisk } from '../../src/store/disk.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { batchLine, doneLine, makeBets, writeAgencyFile } from '../support/bets.ts';
import { agencyTls, certificates, identityIn, peerAs, serverTls } from '../support/certificates.ts';
import { EngineNodes, withoutEngine } from '../support/engine.ts';
import { startAgency, temporaryFolder } from '../support/system.ts';
import { withExport } from './exported.ts';
import { startServers } from './servers.ts';

test('what agencies have signed at any of the servers is in the draw that is exported', {
  skip: withoutEngine,
}, async (t) => {
  const [engine, dir, data] = [await EngineNodes.start(t), await certificates(t), temporaryFolder(t)];
  const rows = [1, 2].map((id) => makeBets(id, 200, id));
  for (const [index, own] of rows.entries()) writeAgencyFile(data, index + 1, own);
  const [one, two] = await startServers(t, 2, {
    ...{ url: engine.url, draw: 'signed', agencies: 2 },
    env: serverTls(dir),
  });
  assert.ok(one && two);
  const some = rows[0]!.slice(0, 5);
  const peer = await peerAs(one.port, dir, 'agency-1');
  peer.send(`HELLO:1\n${batchLine(0, some)}${doneLine(1, some)}`);
  await peer.expectLines('WELCOME:signed:0:0', 'STORED:5', 'ERROR:IDENTITY:DONE of agency 1 is not signed');
  await peer.expectEnd();

  const agencies = [two, one].map(({ port }, index) =>
    startAgency(t, { port, id: index + 1, data, env: agencyTls(dir) }),
  );
  for (const program of [...agencies, one.program, two.program]) await program.expectExit(0);
  await withExport(engine.url, 'signed', async (folder) => {
    const authorities = [new X509Certificate(identityIn(dir, 'ca').cert)];
    const report = await verifyDraw(folder, nodeDisk(), { authorities });
    assert.deepEqual(
      [...report.agencies].map(([agency, { stored, signed }]) => [agency, stored, signed]),
      [
        [1, 200, true],
        [2, 200, true],
      ],
    );
  });
});
