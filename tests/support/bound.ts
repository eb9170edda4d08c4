/**
 * Loaded before each file of tests: one that does not end, as a socket or a process of it lives on, ends with 1. Node's
 * runner would wait for ever, and with `--test-force-exit` it leaves out tests that a file registers late. The bound is
 * far beyond what any takes: minutes, in BOUND_MINUTES.
 */
const minutes = Number(process.env.BOUND_MINUTES);
// The runner itself lasts as long as all of them.
if (process.env.NODE_TEST_CONTEXT !== undefined && minutes > 0) {
  const end = (): never => {
    console.error(`${process.argv[1]} has not ended after ${minutes} minutes`);
    process.exit(1);
  };
  setTimeout(end, minutes * 60_000).unref();
}
