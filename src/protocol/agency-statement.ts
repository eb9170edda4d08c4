import type { ClientMessage } from '../../machines/vocabulary/wire.ts';
import { encodeDone, encodeHello, encodeTp0Done } from './agency-encoder.ts';

/** What an agency says besides its batches, as bytes. */
export const encodeStatement = (statement: ClientMessage): Buffer => {
  switch (statement.kind) {
    case 'hello':
      return encodeHello(statement.agency, statement.draw);
    case 'done':
      return encodeDone(statement.agency, statement.count, statement.crc);
    case 'tp0Done':
      return encodeTp0Done(statement.agency);
    case 'line':
      return Buffer.from(`${statement.text}\n`);
  }
};
