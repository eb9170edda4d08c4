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
