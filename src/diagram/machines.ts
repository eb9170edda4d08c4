/** The machines that are drawn, by the name of their file: `<!-- diagram:bet-store -->` is their place. */
import { agencyMachine } from '../../machines/agency.ts';
import { betStoreMachine } from '../../machines/bet-store.ts';
import { connectionMachine } from '../../machines/connection.ts';
import { connectionSupervisorMachine } from '../../machines/connection-supervisor.ts';
import { demoMachine } from '../../machines/demo.ts';
import { echoClientMachine } from '../../machines/echo-client.ts';
import { fleetMachine } from '../../machines/fleet.ts';
import { fleetGroupMachine } from '../../machines/fleet-group.ts';
import { serverMachine } from '../../machines/server.ts';

export const machines = {
  server: serverMachine,
  'connection-supervisor': connectionSupervisorMachine,
  connection: connectionMachine,
  'bet-store': betStoreMachine,
  agency: agencyMachine,
  'echo-client': echoClientMachine,
  fleet: fleetMachine,
  'fleet-group': fleetGroupMachine,
  demo: demoMachine,
};
