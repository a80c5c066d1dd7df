/**
 * HTTP requests as a client sends them, each on a new connection.
 *
 * @module
 */
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import type { RawAnswer, RawConnection } from './raw-http.js';

/** One request; `GET /p` by default. */
export interface HttpRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** Sends one request and reads the response. */
export async function sendHttp(
  { method = 'GET', path = '/p', headers = {}, body }: HttpRequest,
  { port, onConnect }: RawConnection,
): Promise<RawAnswer> {
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    method,
    path,
    agent: false,
    headers: { connection: 'close', ...(headers as Record<string, string | string[]>) },
  });
  let localPort = 0;
  request.on('socket', (socket) => {
    socket.once('connect', () => {
      localPort = socket.localPort ?? 0;
      onConnect?.(localPort);
    });
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: pairs(response.rawHeaders),
    body: Buffer.concat(chunks).toString('utf8'),
    localPort,
  };
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const fields: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    fields.push([rawHeaders[index]?.toLowerCase() ?? '', rawHeaders[index + 1] ?? '']);
  }
  return fields;
}
