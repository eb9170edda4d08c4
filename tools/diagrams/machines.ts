/** The machines that are drawn, by the name of their file: `<!-- diagram:bet-store -->` is their place. */
import { agencyMachine } from '../../machines/agency/agency.ts';
import { echoClientMachine } from '../../machines/agency/echo.ts';
import { fleetMachine } from '../../machines/agency/fleet.ts';
import { betStoreMachine } from '../../machines/bet-store/bet-store.ts';
import { connectionMachine } from '../../machines/connection/connection.ts';
import { demoMachine } from '../../machines/demo/demo.ts';
import { inspectorMachine } from '../../machines/inspector.ts';
import { serverMachine } from '../../machines/server/server.ts';

export const machines = {
  server: serverMachine,
  connection: connectionMachine,
  'bet-store': betStoreMachine,
  agency: agencyMachine,
  'echo-client': echoClientMachine,
  fleet: fleetMachine,
  demo: demoMachine,
  inspector: inspectorMachine,
};
