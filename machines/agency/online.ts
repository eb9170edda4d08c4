/** An agency with a connection: what ends it, whatever it is at. */
import { agencyLogs, bothLogs } from '../log-lines.ts';
import { ignoringServer, log } from './actions.ts';
import type { AgencySetup } from './agency.ts';
import { betting, doubting } from './betting.ts';
import { CLOSED, cut, failed, faultOf, forNext, lost, refused, SILENT, sayingOf, unasked } from './ending.ts';
import { connecting, entering, greeting, positioning, queuing, securing } from './opening.ts';
import { checkingFile, sending } from './sending.ts';
import { ruleOf } from './upload.ts';
import { awaitingWinners, filing } from './winners.ts';

export const online = (agency: AgencySetup) =>
  agency.createStateConfig({
    description: 'Is connected to the server, or calls it',
    entry: 'countAttempt',
    invoke: {
      src: 'socket',
      id: 'socket',
      input: ({ context: { dialect, id, calls } }) => ({ dialect, agency: id, call: id + calls }),
    },
    exit: { type: 'log', params: bothLogs.closed('connection') },
    after: { undisturbed: { actions: 'forgetTakeovers' } },
    on: {
      'socket.ended': cut(CLOSED),
      'socket.closed': cut(({ event }) => event.reason ?? CLOSED),
      // In TLS 1.3 a server may refuse a certificate long after the handshake.
      'handshake.failed': {
        target: '#agency.refused',
        actions: log(({ context, event }) => agencyLogs.connectFailed(context.id, event.reason)),
      },
      'socket.idled': lost(SILENT),
      'socket.choked': lost('the server does not read'),
      'frame.expired': lost(SILENT),
      'server.error': [
        { guard: { type: 'isNotOwed', params: faultOf }, ...forNext },
        {
          // No fault of this agency: whoever it is, it may be gone soon.
          guard: { type: 'isTakenOver', params: faultOf },
          target: '#agency.yielding',
          actions: [...lost(sayingOf).actions, 'noteTakenOver'],
        },
        { guard: { type: 'isPassing', params: faultOf }, ...lost(sayingOf) },
        refused(sayingOf),
      ],
      'server.rejected': refused(
        ({ event: { position, offset, fault } }) =>
          `bet ${position} of the batch at offset ${offset} was rejected, ${fault}${ruleOf(fault)}`,
      ),
      'protocol.violated': failed(({ event }) => event.text),
      'server.*': failed(unasked),
    },
    initial: 'connecting',
    states: {
      connecting: connecting(agency),
      queuing: queuing(agency),
      securing: securing(agency),
      greeting: greeting(agency),
      entering: entering(agency),
      positioning: positioning(agency),
      sending: sending(agency),
      checkingFile: checkingFile(agency),
      awaitingWinners: awaitingWinners(agency),
      filing: filing(agency),
      betting: betting(agency),
      doubting: doubting(agency),
      closing: {
        description: 'Everything is done: closes the connection',
        entry: 'hangUp',
        after: { close: { target: '#agency.finished' } },
        on: {
          ...ignoringServer,
          // Our end is with the kernel: the server's is not waited for.
          'socket.flushed': { target: '#agency.finished' },
          'socket.closed': { target: '#agency.finished' },
        },
      },
    },
  });
