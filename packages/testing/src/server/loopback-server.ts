/**
 * An HTTP server on 127.0.0.1 that can vanish and come back on the same port.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Delivery, deliverAnswer } from './answer-delivery.js';
import type { HttpRequest } from './http-answer.js';

/** Answers one request. */
export type Responder = (request: HttpRequest) => Promise<Delivery>;

/** A server that listens, or that has been stopped. */
export interface LoopbackServer {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Says who answers; must be called once. */
  readonly serve: (respond: Responder) => void;
  /** Listens again on the same port. Does nothing while listening. */
  readonly start: () => Promise<void>;
  /** Stops listening and ends every connection, waiting ones included. */
  readonly stop: () => Promise<void>;
}

const MAX_BODY_BYTES = 64 * 1024;

/** Opens a server on a free port. */
export async function openLoopbackServer(): Promise<LoopbackServer> {
  const server = createServer();
  let port = 0;

  async function start(): Promise<void> {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }

  async function stop(): Promise<void> {
    if (!server.listening) return;
    const ended = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await ended;
  }

  await start();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  port = address.port;
  return {
    origin: `http://127.0.0.1:${port}`,
    start,
    stop,
    serve(respond) {
      server.on('request', (request, response) => {
        void handle(request, response, respond);
      });
    },
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  respond: Responder,
): Promise<void> {
  const whole = await readRequest(request).catch(() => undefined);
  // The caller went away or sends more than is read. There is nobody to answer.
  if (whole === undefined) response.destroy();
  else deliverAnswer(response, await respond(whole));
}

async function readRequest(request: IncomingMessage): Promise<HttpRequest> {
  const [path = '', query] = (request.url ?? '').split('?', 2);
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  return {
    method: request.method ?? '',
    path,
    hasQuery: query !== undefined,
    headers: Object.fromEntries(headers),
    body: await readBody(request),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
