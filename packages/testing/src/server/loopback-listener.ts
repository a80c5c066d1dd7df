/**
 * Opens and closes the socket of an HTTP server on 127.0.0.1.
 *
 * @module
 */
import { once } from 'node:events';
import type { Server } from 'node:http';

/**
 * Listens on 127.0.0.1.
 *
 * @param port - 0 for any free port.
 * @returns The port that the server listens on.
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** Stops listening and closes every connection, including those waiting for a response. */
export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
