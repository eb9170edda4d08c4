/** The server's certificates: read again when somebody asks for it, and warned of before they expire. */
import { serverLogs } from '../log-lines.ts';
import type { CertificatesEvent } from '../vocabulary/identity.ts';
import { log } from './actions.ts';

type Loaded = Extract<CertificatesEvent, { type: 'certificates.loaded' }>;
type Kept = Extract<CertificatesEvent, { type: 'certificates.kept' }>;

/** Transitions of the server in every state. Open connections stay as they are; new certificates are for new ones. */
export const certificates = {
  'reload.asked': { actions: 'loadCertificates' },
  'certificates.loaded': [
    {
      guard: { type: 'expiresSoon', params: ({ event }: { event: Loaded }) => event },
      actions: log(({ event }: { event: Loaded }) => serverLogs.certificatesLoaded(event, 'warn')),
    },
    { actions: log(({ event }: { event: Loaded }) => serverLogs.certificatesLoaded(event, 'info')) },
  ],
  'certificates.kept': {
    actions: log(({ event }: { event: Kept }) => serverLogs.certificatesKept(event.reason)),
  },
} as const;
