/**
 * Requests over TLS, by HTTP/1.1 and by HTTP/2.
 *
 * @module
 */
import { once } from 'node:events';
import { connect as connectHttp2, constants, type IncomingHttpHeaders } from 'node:http2';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';

/** A server on 127.0.0.1. */
export interface TlsServer {
  readonly port: number;
  /** The certificate of its authority, in PEM. */
  readonly ca: string;
}

/** One request; GET by default. */
export interface TlsRequest {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: Buffer;
  /** The certificate of the client and its key, in PEM. */
  readonly client?: { readonly key: string; readonly cert: string } | undefined;
  /** By HTTP/1.1: receives the TLS session, or resumes the one that it has received. */
  readonly sessions?: Buffer[];
}

/** A response. */
export interface TlsAnswer {
  readonly status: number;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly body: string;
}

/** Sends one request by HTTP/1.1, on a new connection. */
export async function sendTls(server: TlsServer, sent: TlsRequest): Promise<TlsAnswer> {
  const { path, method = 'GET', headers = {}, body, client, sessions = [] } = sent;
  const { port, ca } = server;
  const length = body === undefined ? {} : { 'content-length': body.length };
  const sending = request({
    host: '127.0.0.1',
    port,
    ca,
    path,
    method,
    agent: false,
    ...client,
    ...(sessions[0] && { session: sessions[0] }),
    headers: { ...length, ...headers },
  });
  sending.once('socket', (socket) =>
    socket.on('session', (session: Buffer) => sessions.push(session)),
  );
  // With `Expect: 100-continue`, a client waits for permission.
  if (headers['expect'] === undefined) sending.end(body);
  else sending.once('continue', () => sending.end(body));
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  const answer = await text(response);
  sending.destroy();
  return { status: response.statusCode ?? 0, headers: response.headers, body: answer };
}

/** Sends one request by HTTP/2, on a new connection. */
export async function sendHttp2(
  server: TlsServer,
  { path, method = 'GET', headers = {}, body, client }: TlsRequest,
): Promise<TlsAnswer> {
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: server.ca, ...client });
  const length = body === undefined ? {} : { 'content-length': body.length };
  const stream = session.request({ ':path': path, ':method': method, ...length, ...headers });
  stream.end(body);
  const [received] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const answer = await text(stream);
  session.destroy();
  return { status: Number(received[':status']), headers: received, body: answer };
}

/**
 * Sends a part of a body by HTTP/2, and resets the stream after the response.
 *
 * @returns The status of the response.
 */
export async function resetHttp2(server: TlsServer, path: string): Promise<number> {
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: server.ca });
  const stream = session.request({ ':path': path, ':method': 'POST', 'content-length': 5000 });
  stream.write('0123456789');
  const [received] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  // An async iterator would reset the stream at its end.
  stream.resume();
  await once(stream, 'end');
  // A reset in the same turn, or after a PING, makes HAProxy close its connection to the API.
  await setImmediate();
  stream.close(constants.NGHTTP2_CANCEL);
  await once(stream, 'close');
  const closed = once(session, 'close');
  session.close();
  await closed;
  return Number(received[':status']);
}
