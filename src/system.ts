/**
 * The only place where machines meet adapters: what the machines name is provided here. Three files, so that a
 * process makes only the machines that it runs: each costs a millisecond or three.
 */
export * from './agency-system.ts';
export * from './fleet-system.ts';
export * from './server-system.ts';
