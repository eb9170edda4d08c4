import { createServer, type Server } from 'node:net';

/** What `listen` does on a file system without sockets, as vfat: only names in no file system can be had. */
export const withoutSockets = (path: string): Promise<Server> =>
  new Promise((settle, reject) => {
    if (!path.startsWith('\0')) {
      return reject(Object.assign(new Error(`listen EPERM: ${path}`), { code: 'EPERM', syscall: 'listen' }));
    }
    const server = createServer((socket) => socket.destroy()).unref();
    server.once('error', reject);
    server.listen(path, () => settle(server));
  });
