import type { Bug } from '../bug.ts';
import { AGENCY_BUGS } from './agency.ts';
import { CLUSTER_BUGS } from './cluster.ts';
import { DRAW_BUGS } from './draws.ts';
import { FOLDER_BUGS } from './folder.ts';
import { INPUT_BUGS } from './input.ts';
import { LAB_BUGS } from './lab.ts';
import { LEDGER_BUGS } from './ledger.ts';
import { ORIGINAL_BUGS } from './original.ts';
import { PROCESS_BUGS } from './processes.ts';
import { SERVER_BUGS } from './server.ts';
import { SIGNATURE_BUGS } from './signatures.ts';
import { TLS_BUGS } from './tls.ts';
import { WATCHING_BUGS } from './watching.ts';
import { WORD_BUGS } from './words.ts';

export const BUGS: readonly Bug[] = [
  ...LEDGER_BUGS,
  ...FOLDER_BUGS,
  ...CLUSTER_BUGS,
  ...DRAW_BUGS,
  ...SERVER_BUGS,
  ...AGENCY_BUGS,
  ...INPUT_BUGS,
  ...ORIGINAL_BUGS,
  ...SIGNATURE_BUGS,
  ...WATCHING_BUGS,
  ...LAB_BUGS,
  ...TLS_BUGS,
  ...WORD_BUGS,
  ...PROCESS_BUGS,
];
