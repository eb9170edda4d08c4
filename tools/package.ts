/**
 * What `npm pack` puts beside the bundle, in dist/: all that `quiniela compose` needs where there is no clone. The images
 * are made of the bundle itself there, not of the sources.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { licences } from './licences.ts';

const root = join(import.meta.dirname, '..');
const to = join(root, 'dist');

const FROM_SOURCES = /^FROM \S+ AS build\n.*?(?=^FROM )/ms;

const FROM_BUNDLE = `FROM scratch AS build
COPY quiniela.mjs docker/supervise.sh docker/healthy.sh /build/server/
COPY quiniela.mjs docker/supervise.sh /build/client/

`;

const dockerfile = readFileSync(join(root, 'docker', 'Dockerfile'), 'utf8');
if (!FROM_SOURCES.test(dockerfile)) throw new Error('docker/Dockerfile has no stage "build"');

cpSync(join(root, 'compose-templates'), join(to, 'compose-templates'), { recursive: true });
mkdirSync(join(to, 'docker'), { recursive: true });
for (const name of ['server.yaml', 'agency.yaml', 'supervise.sh', 'healthy.sh', 'monitoring'])
  cpSync(join(root, 'docker', name), join(to, 'docker', name), { recursive: true });
writeFileSync(join(to, 'docker', 'Dockerfile'), dockerfile.replace(FROM_SOURCES, FROM_BUNDLE));
writeFileSync(join(to, 'LICENSES.txt'), licences(root));
