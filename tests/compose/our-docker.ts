/** A `docker` that is a script, for what the test's own process asks of it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './shell.ts';

/** For what this process itself asks of `docker`, a script of these lines, in `folder`. @returns to write other ones */
export function ourDocker(t: TestContext, folder = temporaryFolder(t)): (lines: string) => void {
  const { PATH } = process.env;
  t.after(() => Object.assign(process.env, { PATH }));
  process.env.PATH = `${folder}:${PATH}`;
  return (lines) => writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
}
