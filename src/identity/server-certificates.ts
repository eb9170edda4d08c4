/** What a server shows of itself in TLS, and of whom it takes certificates; read again when it is asked to. */
import type { SecureContext } from 'node:tls';
import { fromCallback } from 'xstate';
import type { CertificatesCommand, CertificatesEvent } from '../../machines/vocabulary/identity.ts';
import type { TlsFiles } from '../config/tls.ts';
import { messageOf } from '../errors.ts';
import { type Credentials, daysLeft, type Expiry, readCredentials } from './credentials.ts';

export class ServerCertificates {
  readonly #files: TlsFiles;
  #credentials: Credentials;

  /** @throws {UserError} `TLS` */
  constructor(files: TlsFiles) {
    this.#files = files;
    this.#credentials = readCredentials(files);
  }

  /** For the next handshake. */
  get context(): SecureContext {
    return this.#credentials.context;
  }

  /** Of the certificate that ends first. */
  get expiry(): Expiry {
    return this.#credentials.expiry;
  }

  /** Those that were there stay if it throws. @throws {UserError} `TLS` */
  load(): void {
    this.#credentials = readCredentials(this.#files);
  }
}

/** Tells what is there, and loads what is new. */
export const certificatesKeeper = (certificates: ServerCertificates) =>
  fromCallback<CertificatesCommand>(({ sendBack, receive }) => {
    const report = (event: CertificatesEvent) => sendBack(event);
    const tell = () => {
      const { file, at } = certificates.expiry;
      const expires = at.toISOString().slice(0, 10);
      report({ type: 'certificates.loaded', file, expires, daysLeft: daysLeft(certificates.expiry) });
    };
    receive(() => {
      try {
        certificates.load();
        tell();
      } catch (error) {
        report({ type: 'certificates.kept', reason: messageOf(error) });
      }
    });
    tell();
  });
