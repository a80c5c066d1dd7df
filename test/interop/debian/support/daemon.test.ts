import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startDaemon } from './daemon.js';
import { reservePort } from './reserved-port.js';

/** A program that prints a line and listens on the port in its environment. */
const PROGRAM = `
  process.stdout.write('starting\\n');
  require('node:net').createServer().listen(process.env.PORT, '127.0.0.1');
`;

describe('startDaemon', () => {
  it('resolves once the program listens, and stop() ends the program', async () => {
    const port = await reservePort();
    const daemon = await startDaemon({
      command: process.execPath,
      args: ['-e', PROGRAM],
      port,
      env: { PORT: String(port) },
    });
    onTestFinished(() => daemon.stop());
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    expect(daemon.output()).toBe('starting\n');
    await daemon.stop();
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  it('shows the output of a program that ends before it listens', async () => {
    const args = ['-e', 'console.error("no such option"); process.exit(1)'];
    const daemon = startDaemon({ command: process.execPath, args, port: await reservePort() });
    await expect(daemon).rejects.toThrow(/is not ready: Error: it ended\nno such option/);
  });

  it('waits for a path that is answered with the status 200', async () => {
    const port = await reservePort();
    const program = `
      let requests = 0;
      require('node:http').createServer((request, response) => {
        requests += 1;
        response.writeHead(requests < 3 ? 500 : 200).end(String(requests));
      }).listen(${port}, '127.0.0.1');
    `;
    const daemon = await startDaemon({
      command: process.execPath,
      args: ['-e', program],
      port,
      readyPath: '/ready',
    });
    onTestFinished(() => daemon.stop());
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(await response.text()).toBe('4');
  });

  it('reports an unknown command', async () => {
    const daemon = startDaemon({
      command: 'no-such-program',
      args: [],
      port: await reservePort(),
    });
    await expect(daemon).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
