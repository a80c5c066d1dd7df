/**
 * Ports for programs that cannot choose one themselves.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

// Below the range that Linux takes the ports of outgoing connections from.
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;
// A reserved port is held on this address, and free on 127.0.0.1.
const RESERVING_ADDRESS = '127.0.0.2';

/**
 * Reserves a port of 127.0.0.1 until this process ends: no other caller gets it, in this process or
 * another, even while the program that it is for restarts.
 */
export async function reservePort(): Promise<number> {
  for (let port = FIRST_PORT; port <= LAST_PORT; port += 1) {
    if (await isReserved(port)) return port;
  }
  throw new Error(`every port from ${FIRST_PORT} to ${LAST_PORT} is in use`);
}

async function isReserved(port: number): Promise<boolean> {
  const reservation = await listenOn(port, RESERVING_ADDRESS);
  if (reservation === undefined) return false;
  const probe = await listenOn(port, '127.0.0.1');
  if (probe !== undefined) await close(probe);
  else await close(reservation);
  reservation.unref();
  return probe !== undefined;
}

/** @returns `undefined` if the port is in use. */
async function listenOn(port: number, host: string): Promise<Server | undefined> {
  const server = createServer();
  // Otherwise the workers of a cluster would share the port.
  server.listen({ port, host, exclusive: true });
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
