/**
 * An HTTP server on 127.0.0.1 that listens before its request listener exists.
 *
 * In production, audience and issuer are configured. Here the operating system chooses the ports, so a
 * server must listen before its identifier is known.
 *
 * @module
 */
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';

/** A server on 127.0.0.1. */
export interface LoopbackServer {
  /** Its URL, without a trailing slash: `http://127.0.0.1:43211`. */
  readonly url: string;
  /** Sets or replaces the request listener. Until then requests get 503. */
  serve(listener: RequestListener): void;
  /** Stops listening and closes every connection. May be called twice. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function listenOnLoopback(): Promise<LoopbackServer> {
  let current: RequestListener = (_req, res) => {
    res.writeHead(503).end();
  };
  const server = createServer((req, res) => {
    current(req, res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    serve(listener) {
      current = listener;
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
