/** Of three seeds, in one the server asks for certificates, and its agencies sign what they upload. */
import type { Socket } from 'node:net';
import type { Identity } from '../../src/identity/authority.ts';
import { ALWAYS, agencyOf, authority, derOf } from '../identity/signing.ts';
import type { SimulatedSocket } from './socket.ts';

const ALL = await Promise.all([0, 1, 2, 3, 4].map((agency) => agencyOf(authority, agency, ALWAYS)));

/** Of its agencies, by number; undefined if there are none. */
export const certificatesOf = (seed: number): readonly Identity[] | undefined =>
  seed % 3 === 0 ? ALL : undefined;

/** The peer's, as TLS would know it: strangers, who are agency 0, have none. */
export const certificateOf = (certificates: readonly Identity[] | undefined) => (socket: Socket) => {
  const { way } = socket as unknown as SimulatedSocket;
  const own = way.agency > 0 ? certificates?.[way.agency] : undefined;
  return own && derOf(own);
};
