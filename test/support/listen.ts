/**
 * HTTP servers on the loopback interface.
 *
 * @module
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as TlsServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * Starts a server on a free port of 127.0.0.1; the caller closes it.
 *
 * @returns Its URL, with the path `/`.
 */
export async function listen(server: Server): Promise<URL> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const scheme = server instanceof TlsServer ? 'https' : 'http';
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  return new URL(`${scheme}://127.0.0.1:${port}`);
}

/** Starts a server as {@link listen} does, and closes it with its connections after the running test. */
export async function openServer(server: Server): Promise<URL> {
  onTestFinished(() => closeServer(server));
  return listen(server);
}

/** Closes a server and its connections. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
