/**
 * `nohup` starts a program with SIGHUP ignored, and Node undoes that before any code of ours runs. So whoever starts us
 * (`quiniela`, the Makefile) looks, and sets QUINIELA_NOHUP.
 */
export const isHangUpIgnored = process.env.QUINIELA_NOHUP === 'yes';

/** Once, before anything else. */
export const keepHangUpIgnored = (): void => {
  if (isHangUpIgnored) process.on('SIGHUP', () => {});
};
