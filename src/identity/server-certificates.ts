/** What a server shows of itself in TLS, and of whom it takes certificates; read again when it is asked to. */
import type { SecureContext } from 'node:tls';
import { fromCallback } from 'xstate';
import type { CertificatesCommand, CertificatesEvent } from '../../machines/vocabulary/identity.ts';
import type { TlsFiles } from '../config/tls.ts';
import { messageOf } from '../errors.ts';
import {
  type Credentials,
  CredentialsReader,
  cannotUse,
  dayOf,
  daysLeft,
  type Expiry,
  earlyWarning,
  noMore,
  notYet,
} from './credentials.ts';

export class ServerCertificates {
  readonly #files: TlsFiles;
  readonly #reader = new CredentialsReader();
  #credentials: Credentials;

  /** @throws {UserError} `TLS` */
  constructor(files: TlsFiles) {
    this.#files = files;
    this.#credentials = this.#read();
  }

  /** For the next handshake. */
  get context(): SecureContext {
    return this.#credentials.context();
  }

  /** Of the certificate that ends first. */
  get expiry(): Expiry {
    return this.#credentials.expiry;
  }

  /** Of one whose time has not come. */
  get warnings(): string[] {
    return earlyWarning(this.#credentials);
  }

  /** Those that were there stay if it throws; one that no agency would take now is no better. @throws {UserError} `TLS` */
  load(): void {
    const credentials = this.#read();
    const { certificate, file } = credentials;
    const flaw = notYet(certificate) ?? noMore(certificate);
    if (flaw !== undefined) throw cannotUse(file, `it ${flaw}`);
    this.#credentials = credentials;
  }

  #read(): Credentials {
    const credentials = this.#reader.read(this.#files);
    credentials.context();
    return credentials;
  }
}

/** Tells what is there, and loads what is new. */
export const certificatesKeeper = (certificates: ServerCertificates) =>
  fromCallback<CertificatesCommand>(({ sendBack, receive }) => {
    const report = (event: CertificatesEvent) => sendBack(event);
    const tell = () => {
      const { file, at } = certificates.expiry;
      const expires = dayOf(at);
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
