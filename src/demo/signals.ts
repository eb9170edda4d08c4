import { programSignals } from '../runtime/signals.ts';

/** A terminal that is closed hangs up: as good a reason to stop as SIGTERM, or the processes would go on. */
export const demoSignals = programSignals({ SIGTERM: 'SIGTERM', SIGINT: 'SIGINT', SIGHUP: 'SIGTERM' });
