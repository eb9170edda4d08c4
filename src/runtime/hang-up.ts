/**
 * `nohup` starts a program with SIGHUP ignored, and Node takes that back before any code of ours runs: whoever starts us
 * (`quiniela`, the Makefile) sees it, and says so.
 */
export const isHangUpIgnored = process.env.QUINIELA_NOHUP === 'yes';

/** Once, before anything else. */
export const keepHangUpIgnored = (): void => {
  if (isHangUpIgnored) process.on('SIGHUP', () => {});
};
