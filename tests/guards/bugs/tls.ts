/** Who a peer is, as its certificate says, and what is held to it. */
import type { Bug } from '../bug.ts';

const IDENTITY = 'machines/connection/identity.ts';
const CONNECTION = 'machines/connection/connection.ts';
const PEER = 'src/identity/peer.ts';

export const TLS_BUGS: readonly Bug[] = [
  {
    name: 'any-certificate-is-any-agency',
    breaks: 'an agency is who its certificate says, not who it says',
    edits: [
      {
        file: IDENTITY,
        find: "identity !== 'anybody' && identity !== said.agency",
        put: "identity === 'nobody' && said.agency < 0",
      },
    ],
    seenBy: ['machines/connection-tls.test.ts', 'network/tls.slow.test.ts'],
  },
  {
    name: 'forged-bet-only-rejected',
    breaks: 'a bet in the name of another agency than that of the certificate ends the session',
    edits: [
      {
        file: CONNECTION,
        find: "fault === 'AGENCY' && context.identity !== 'anybody'",
        put: "fault === 'AGENCY' && context.identity === 'nobody'",
      },
    ],
    seenBy: ['machines/connection-tls.test.ts', 'network/tls.slow.test.ts'],
  },
  {
    name: 'certificate-not-verified',
    breaks: 'a certificate is of an authority of TLS_CA, in time, and made for a client',
    edits: [{ file: PEER, find: 'return error\n', put: "return error?.code === 'NONE'\n" }],
    seenBy: ['network/tls.slow.test.ts'],
  },
  {
    name: 'no-certificate-needed',
    breaks: 'who shows no certificate is let in nowhere, not even to be echoed',
    edits: [
      {
        file: PEER,
        find: "if (!certificate) return { refused: 'no certificate was shown' };",
        put: "if (!certificate) return { identity: 'nobody' };",
      },
    ],
    seenBy: ['network/tls.slow.test.ts'],
  },
  {
    name: 'sessions-resumed',
    breaks: 'each connection proves anew who it is',
    edits: [{ file: 'src/identity/credentials.ts', find: 'secureOptions: NO_TICKET,', put: '' }],
    seenBy: ['network/tls.slow.test.ts'],
  },
  {
    name: 'bad-certificates-loaded',
    breaks: 'if new certificates cannot be used, those that were there stay',
    edits: [
      {
        file: 'src/identity/credentials.ts',
        find: 'const flaw = flawOfPair(own, privateKey.key, files.cert);',
        put: "const flaw = files.cert === '' ? flawOfPair(own, privateKey.key, files.cert) : undefined;",
      },
      {
        file: 'src/identity/server-certificates.ts',
        find: "report({ type: 'certificates.kept', reason: messageOf(error) });",
        put: 'tell(), messageOf(error);',
      },
    ],
    seenBy: ['network/tls.slow.test.ts'],
  },
  {
    name: 'half-a-bundle-loaded',
    breaks: 'SIGHUP in the middle of a copy takes no authority away',
    edits: [
      {
        file: 'src/identity/pem.ts',
        find: 'if (blocks.length < begun) throw',
        put: 'if (blocks.length > begun) throw',
      },
    ],
    seenBy: ['identity/odd-files.test.ts'],
  },
  {
    name: 'certificates-of-tomorrow-loaded',
    breaks: 'SIGHUP takes no certificate that no agency would take today',
    edits: [
      {
        file: 'src/identity/server-certificates.ts',
        find: 'const flaw = notYet(certificate) ?? noMore(certificate);',
        put: 'const flaw = noMore(certificate);',
      },
    ],
    seenBy: ['identity/odd-files.test.ts'],
  },
  {
    name: 'handshakes-time-out-while-they-wait',
    breaks: 'a handshake has time from its turn on, however many come before it',
    edits: [
      {
        file: 'machines/connection/meeting.ts',
        find: "on: { 'handshake.begun': { target: 'shakingHands' } },",
        put: "on: { 'handshake.begun': { target: 'shakingHands' } }, after: { handshake: close },",
      },
    ],
    seenBy: ['machines/connection-tls.test.ts'],
  },
  {
    name: 'one-address-has-all-handshakes',
    breaks: 'whoever wants thousands of handshakes waits for them, and nobody else does',
    edits: [
      {
        file: 'src/net/handshakes.ts',
        find: 'this.#atWorkOf(address) < HANDSHAKES_OF_ADDRESS',
        put: 'this.#atWorkOf(address) >= 0 * HANDSHAKES_OF_ADDRESS',
      },
    ],
    seenBy: ['net/handshakes.test.ts'],
  },
  {
    name: 'all-of-a-fleet-shake-hands-at-once',
    breaks: 'of a fleet some shake hands at once, so that each is over before anybody gives up',
    edits: [
      {
        file: 'src/net/call-queue.ts',
        find: 'if (this.#underWay.size < this.#most) {',
        put: 'if (this.#most > 0) {',
      },
    ],
    seenBy: ['net/call-queue.test.ts', 'processes/fleet.slow.test.ts'],
  },
];
