/**
 * The only place where machines meet adapters: what the machines name is provided here. There are three files, so that
 * a process makes only the machines that it runs: each delays its start.
 */
export * from './agency-system.ts';
export * from './fleet-system.ts';
export * from './server-system.ts';
