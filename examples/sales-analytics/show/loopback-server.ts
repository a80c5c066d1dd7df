/**
 * An HTTP server on this machine whose address is known before its program is.
 *
 * In production an API's audience and an issuer are configured names. Here every port is picked by
 * the operating system, so a server listens first, and its program is given the resulting URL.
 *
 * @module
 */
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';

/** A server on 127.0.0.1. */
export interface LoopbackServer {
  /** Where it listens, without a trailing slash: `http://127.0.0.1:43211`. */
  readonly url: string;
  /** Sets, or replaces, the program that answers requests; until then they get a 503. */
  answerWith(program: RequestListener): void;
  /** Stops listening and drops every connection. Safe to call twice. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function listenOnLoopback(): Promise<LoopbackServer> {
  let answer: RequestListener = (_req, res) => {
    res.writeHead(503).end();
  };
  const server = createServer((req, res) => {
    answer(req, res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return {
    url: `http://127.0.0.1:${address.port}`,
    answerWith(program) {
      answer = program;
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
