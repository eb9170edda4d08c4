/** `quiniela verify --ca`, as it is typed: a folder on disk, and certificates of `quiniela certs`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCertificates } from '../../src/identity/certificates.ts';
import { openBetStore } from '../../src/store/bet-store.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { PROOFS } from '../../src/store/proofs.ts';
import { batch, finish } from '../store/helpers.ts';
import { Program } from '../support/program.ts';
import { temporaryFolder } from '../support/system.ts';
import { signedFinish } from './signing.ts';

test('signatures are checked against an authority, and which are not is said', async (t) => {
  const folder = temporaryFolder(t);
  const [dir, certs] = [join(folder, 'draw'), join(folder, 'certs')];
  await makeCertificates({ dir: certs, agencies: [1, 2] });
  const read = (name: string) => readFileSync(join(certs, name), 'utf8');
  const by = { cert: read('agency-1.pem'), key: read('agency-1.key') };
  const options = { dir, disk: nodeDisk(), agencies: 5, now: Date.now, notice: () => {} };
  const signed = await openBetStore({ ...options, proofs: PROOFS });
  await signed.store.commit([batch(1, 0, 5), signedFinish(1, 5, { by })]);
  await signed.store.close();

  const verify = async (...args: string[]) => {
    const program = new Program(['verify', dir, ...args]);
    const { code } = await program.exited;
    return { code, said: program.lines.join('\n') + program.stderr };
  };
  const ca = join(certs, 'ca.pem');
  const [plain, checked, wrong] = await Promise.all([
    verify(),
    verify('--ca', ca),
    verify('--ca', join(certs, 'agency-2.pem')),
  ]);
  assert.equal(plain.code, 0);
  assert.match(plain.said, /^not checked: the signatures of 1 agency; .*--ca FILE$/m);
  assert.equal(checked.code, 0, checked.said);
  assert.match(checked.said, /^agency 1: 5 bets uploaded, CRC \d+, finished, signed$/m);
  assert.match(checked.said, /^checked the signatures: 1 agency has signed its upload$/m);
  assert.deepEqual([wrong.code, wrong.said.includes('CN=agency-2 is no authority')], [2, true]);

  const unsigned = await openBetStore(options);
  await unsigned.store.commit([batch(2, 0, 1), finish(2, 1)]);
  await unsigned.store.close();
  const missing = await verify('--ca', ca);
  assert.equal(missing.code, 2);
  assert.match(
    missing.said,
    /^quiniela: ".*" is whole, but these agencies have said DONE and signed nothing \(TP0 has no place for it\), .*: 2\n$/,
  );
});
