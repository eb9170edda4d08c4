/** A cluster's draw as it stands, in the files that a single server would have. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportDraw } from '../../src/cluster/export.ts';
import { Engine } from '../../src/nats/engine.ts';
import { patientLog } from '../../src/nats/patient-log.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { PATIENCE_MS } from '../support/program.ts';

/** The draw as it stands now, in a folder that goes away. */
export async function withExport(
  url: string,
  draw: string,
  look: (dir: string) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'quiniela-export-'));
  const engine = await Engine.connect({
    servers: url.split(','),
    files: {},
    notice: () => {},
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  try {
    const log = await engine.find(draw);
    assert.ok(log, `the engine has draw ${draw}`);
    await exportDraw(
      patientLog(log, () => {}, PATIENCE_MS),
      nodeDisk(),
      dir,
    );
    await look(dir);
  } finally {
    await engine.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
