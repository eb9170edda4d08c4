/** The user's own browser. */
import { spawn } from 'node:child_process';
import type { Environment } from '../config/resolve.ts';

/** What opens a page, by system; BROWSER is what people set to have another. */
const commandOf = ({ BROWSER, WSL_DISTRO_NAME }: Environment): string[] => {
  const { platform } = process;
  if (BROWSER) return [BROWSER];
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['explorer.exe'];
  return [WSL_DISTRO_NAME ? 'wslview' : 'xdg-open'];
};

/** Is there somebody in front of this machine's own screen? Not in a pipeline, and not over SSH. */
export const hasDisplay = (env: Environment, platform: NodeJS.Platform = process.platform): boolean => {
  if (env.CI) return false;
  if (env.BROWSER) return true;
  if (env.SSH_CONNECTION) return false;
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);
};

/** @returns whether it could be started; what it does then is its own business */
export function openBrowser(url: string, env: Environment): Promise<boolean> {
  const [command = '', ...args] = commandOf(env);
  // Of its own group: Ctrl-C is not for it.
  const child = spawn(command, [...args, url], { detached: true, stdio: 'ignore' });
  child.unref();
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true)).once('error', () => resolve(false));
  });
}
