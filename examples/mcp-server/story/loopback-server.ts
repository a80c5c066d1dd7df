/**
 * An HTTP server on 127.0.0.1 that listens before its request listener exists, and that can be down.
 *
 * In production, issuer and audience are configured. Here the operating system chooses the ports, so a
 * server must listen before its identifier is known.
 *
 * @module
 */
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';

/** A server on 127.0.0.1. */
export interface LoopbackServer {
  /** Its URL, without a trailing slash: `http://127.0.0.1:43211`. */
  readonly url: string;
  /** Sets or replaces the request listener, and accepts connections. */
  serve(listener: RequestListener): void;
  /** Closes every open connection, and each new one immediately, as in an outage. */
  stop(): void;
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/**
 * Listens on a free port of 127.0.0.1.
 *
 * @param onRequest - Receives every request, before the request listener.
 */
export async function listenOnLoopback(
  onRequest: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<LoopbackServer> {
  let current: RequestListener | undefined;
  const server = createServer((req, res) => {
    onRequest(req, res);
    current?.(req, res);
  });
  server.on('connection', (socket) => {
    if (current === undefined) socket.destroy();
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
    stop() {
      current = undefined;
      server.closeAllConnections();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
