/**
 * The token endpoint that a fleet shares.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** A token request. */
export interface FleetTokenRequest {
  /** When it arrived, in milliseconds of `performance.now`. */
  readonly at: number;
  /** The number of the process that sent it. */
  readonly worker: number;
  readonly authorization: string | undefined;
}

/** How a token request is answered. */
export interface FleetTokenResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The endpoint, and what it received. */
export interface FleetTokenEndpoint {
  readonly port: number;
  readonly requests: FleetTokenRequest[];
  /** @defaultValue a new token for 100 s */
  onRequest: (request: FleetTokenRequest) => FleetTokenResponse | Promise<FleetTokenResponse>;
  /** Resolves when a number of requests has arrived. */
  untilRequests(count: number): Promise<void>;
}

/** Starts an endpoint, and stops it after the running test. */
export async function openTokenEndpoint(): Promise<FleetTokenEndpoint> {
  const requests: FleetTokenRequest[] = [];
  const waiting = new Set<() => void>();
  const endpoint: FleetTokenEndpoint = {
    port: 0,
    requests,
    onRequest: () => grant(requests.length),
    async untilRequests(count) {
      while (requests.length < count) await new Promise<void>((resolve) => waiting.add(resolve));
    },
  };
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    await text(incoming);
    const request = readRequest(incoming);
    requests.push(request);
    for (const resolve of waiting) resolve();
    waiting.clear();
    const { status = 200, headers, body = {} } = await endpoint.onRequest(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  }
  const server = createServer((incoming, response) => void answer(incoming, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return Object.assign(endpoint, { port: (server.address() as AddressInfo).port });
}

/** A token response. */
export function grant(number: number): FleetTokenResponse {
  const body = { access_token: `token-${number}`, token_type: 'Bearer', expires_in: 100 };
  return { body };
}

function readRequest({ headers }: IncomingMessage): FleetTokenRequest {
  const { authorization } = headers;
  return { at: performance.now(), worker: Number(headers['x-worker']), authorization };
}
