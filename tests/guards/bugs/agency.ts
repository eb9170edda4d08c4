/** The agency: what it sends, what it takes for acknowledged, and when it says that it is done. */
import type { Bug } from '../bug.ts';

const UPLOAD = 'machines/agency/upload.ts';
const AGENCY = 'machines/agency/agency.ts';

export const AGENCY_BUGS: readonly Bug[] = [
  {
    name: 'upload-goes-on-from-its-own-count',
    breaks: 'after a lost connection an upload goes on where the server stands',
    edits: [
      {
        file: UPLOAD,
        find: 'draw, stored, crc, batches: upload.batches + arrived,',
        put: 'draw, stored: upload.stored, crc: stored < 0 ? crc : upload.crc, batches: upload.batches + arrived,',
      },
    ],
    seenBy: ['machines/agency-connection.test.ts', 'machines/agency.test.ts'],
    isSimulated: true,
  },
  {
    name: 'window-not-held',
    breaks: 'no more batches are on their way than the window allows',
    edits: [{ file: UPLOAD, find: 'window - unacknowledged.length', put: 'window' }],
    seenBy: ['machines/agency.test.ts', 'machines/agency-connection.test.ts'],
    isSimulated: true,
  },
  {
    name: 'done-with-another-crc',
    breaks: 'DONE says the CRC of the file, and is not refused',
    edits: [
      {
        file: UPLOAD,
        find: "{ kind: 'done', agency, ...bets } as const",
        put: "{ kind: 'done', agency, ...bets, crc: 0 } as const",
      },
    ],
    seenBy: ['machines/agency.test.ts'],
    isSimulated: true,
  },
  {
    name: 'another-file-goes-on',
    breaks: 'an upload is not continued with the rows of another file',
    edits: [
      {
        file: AGENCY,
        find: 'file.count === context.stored && file.crc === context.crc',
        put: 'file.count === context.stored',
      },
    ],
    seenBy: ['machines/agency.test.ts', 'machines/agency-connection.test.ts'],
  },
  {
    name: 'stopped-server-is-final',
    breaks: 'an agency outlives the restart of its server',
    edits: [{ file: UPLOAD, find: "'SHUTTING_DOWN', ", put: '' }],
    seenBy: ['machines/agency-connection.test.ts'],
    isSimulated: true,
  },
  {
    name: 'done-with-half-of-the-batches',
    breaks: 'an agency says DONE, or ends, once every batch is acknowledged',
    edits: [
      {
        file: AGENCY,
        find: 'allAcknowledged: ({ context }) => context.unacknowledged.length === 0',
        put: 'allAcknowledged: () => true',
      },
    ],
    seenBy: ['machines/agency.test.ts'],
    isSimulated: true,
  },
  {
    name: 'failure-exits-with-0',
    breaks: 'an agency that has not done its job does not end with 0',
    edits: [
      {
        file: AGENCY,
        find: 'exitWith: assign({ exitCode: (_, exitCode: number) => exitCode }),',
        put: 'exitWith: assign({ exitCode: 0 }),',
      },
    ],
    seenBy: ['machines/agency.test.ts'],
  },
  {
    name: 'lost-winners-are-a-success',
    breaks: 'an agency ends with 0 once it knows its winners',
    edits: [
      {
        file: 'machines/agency/online.ts',
        find: "'socket.ended': cut(CLOSED),",
        put: "'socket.ended': { target: '#agency.finished' },",
      },
    ],
    seenBy: ['machines/agency-connection.test.ts'],
    isSimulated: true,
  },
];
