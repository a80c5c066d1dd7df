/**
 * An HTTP server that keeps its port during an outage.
 *
 * @module
 */
import { createServer, type RequestListener } from 'node:http';
import { closeServer, listen } from '../../support/listen.js';
import type { RunningServer } from './server.js';

/** A server on 127.0.0.1. */
export interface PausableServer {
  /** Its origin: `http://127.0.0.1:43211`. */
  readonly origin: string;
  /** Sets the request listener and accepts connections. */
  serve(listener: RequestListener): void;
  /** Closes every open connection, and each new one immediately. The port stays bound. */
  pause(): void;
  close(): Promise<void>;
}

/** Listens on a free port; every connection is closed until `serve()` is called. */
export async function openPausableServer(): Promise<PausableServer> {
  let current: RequestListener | undefined;
  const server = createServer((request, response) => current?.(request, response));
  server.on('connection', (socket) => {
    if (current === undefined) socket.destroy();
  });
  const { origin } = await listen(server);
  return {
    origin,
    serve(listener) {
      current = listener;
    },
    pause() {
      current = undefined;
      server.closeAllConnections();
    },
    close: () => closeServer(server),
  };
}

/**
 * Serves, and creates what controls that.
 *
 * @param serve - Calls `http.serve()`; called again at each start.
 */
export function controlServer(
  http: PausableServer,
  serve: () => void,
): Pick<RunningServer, 'start' | 'stop' | 'close'> {
  serve();
  return {
    start() {
      serve();
      return Promise.resolve();
    },
    stop() {
      http.pause();
      return Promise.resolve();
    },
    close: () => http.close(),
  };
}
