/** Whether a peer is who it says it is, as far as its certificate tells. */
import type { Refusal } from './refusal.ts';
import type { Session } from './session.ts';

type Named = { agency: number };

/** Whether a peer's certificate is not that of the agency which it says it is. */
export const isImpostor = ({ identity }: Session, said: Named): boolean =>
  identity !== 'anybody' && identity !== said.agency;

export const refusalOfImpostor = ({ identity }: Session, said: Named): Refusal => ({
  fault: 'IDENTITY',
  text: `the certificate is of ${identity === 'nobody' ? 'no agency' : `agency ${identity}`}, not of agency ${said.agency}`,
});

/** A bet in the name of another agency than the certificate's. */
export const refusalOfForgery = ({ identity }: Session): Refusal => ({
  fault: 'IDENTITY',
  text: `the certificate is of agency ${identity}, the bet of another`,
});
