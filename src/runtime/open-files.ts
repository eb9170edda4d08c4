import { howMany } from '../../machines/how-many.ts';

/**
 * How many files this process may have open at once, sockets among them (`ulimit -n`; Node takes what it may have);
 * Infinity where nothing says. Node's report tells it on every system, and under the permission model too.
 */
export const mostOpenFiles = (): number => {
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report;
  // Looked up by name otherwise.
  report.excludeNetwork = true;
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  const most = userLimits?.open_files?.soft;
  return typeof most === 'number' ? most : Number.POSITIVE_INFINITY;
};

/** A warning, if whoever started this process lets it open fewer files than it needs; `what` it needs them for. */
export const shortageOfFiles = (most: number, needed: number, what: string): string[] =>
  most >= needed
    ? []
    : [
        `this process may have only ${howMany(most, 'file')} open (ulimit -n), and needs ${needed} for ${what}`,
      ];
