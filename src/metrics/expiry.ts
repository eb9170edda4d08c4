import { type Family, gauge } from './text.ts';

/** The same of a server and of agencies; nothing of who has no certificates. */
export const expiryOf = (at: Date | undefined): Family[] =>
  at === undefined
    ? []
    : [
        gauge(
          'quiniela_certificate_expiry_timestamp_seconds',
          'When the first of the certificates is over, in seconds since 1970.',
          at.getTime() / 1_000,
        ),
      ];
