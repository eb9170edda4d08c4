import { connect } from 'node:net';

export type EchoOptions = { host: string; port: string; message: string; timeout: string };

/** `quiniela echo`: sends one line to an echo server and wants it back. The container's health check. */
export const run = async ({ host, port, message, timeout }: EchoOptions): Promise<number> => {
  const line = `${message}\n`;
  const isEchoed = await answerTo(line, host, Number(port), Number(timeout)).then(
    (answer) => answer === line,
    (error: Error) => {
      console.error(`cannot ask ${host}:${port}: ${error.message}`);
      return false;
    },
  );
  console.log(`action: test_echo_server | result: ${isEchoed ? 'success' : 'fail'}`);
  return isEchoed ? 0 : 1;
};

/** All that the server says until it closes. */
const answerTo = (line: string, host: string, port: number, timeoutMs: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const chunks: Buffer[] = [];
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    socket.on('data', (chunk) => chunks.push(chunk as Buffer));
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    socket.on('error', reject);
    socket.end(line);
  });
