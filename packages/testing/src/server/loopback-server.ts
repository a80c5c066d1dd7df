/**
 * An HTTP server on 127.0.0.1 that can stop and start again on the same port.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Delivery, deliverAnswer } from './answer-delivery.js';
import type { HttpRequest } from './http-answer.js';
import { closeServer, listenOnLoopback } from './loopback-listener.js';

/** Responds to one request. */
export type Responder = (request: HttpRequest) => Promise<Delivery>;

/** A server that listens or is stopped. */
export interface LoopbackServer {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Sets the responder. Must be called once. */
  readonly serve: (respond: Responder) => void;
  /** Listens again on the same port. Does nothing while listening. */
  readonly start: () => Promise<void>;
  /** Stops listening and closes every connection, including those waiting for a response. */
  readonly stop: () => Promise<void>;
}

const MAX_BODY_BYTES = 64 * 1024;

/** Opens a server on a free port. */
export async function openLoopbackServer(): Promise<LoopbackServer> {
  const server = createServer();
  let port = 0;

  async function start(): Promise<void> {
    if (!server.listening) port = await listenOnLoopback(server, port);
  }

  async function stop(): Promise<void> {
    if (server.listening) await closeServer(server);
  }

  await start();
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
  // The caller disconnected, or its body is too large: no response can be sent.
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
