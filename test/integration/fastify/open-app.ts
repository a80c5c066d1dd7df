/**
 * Fastify applications and resource servers that are closed after the running test.
 *
 * @module
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createResourceServer, type ResourceServer } from '@scopegate/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

/** Creates an application. */
export function openApp(options: object = {}): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, ...options });
  onTestFinished(() => app.close());
  return app;
}

/** Creates a resource server, which accepts the tokens of {@link signToken} by default. */
export function openApi(options: object = {}): ResourceServer {
  const api = createResourceServer({ ...SECRET_OPTIONS, ...options });
  onTestFinished(() => {
    api.close();
  });
  return api;
}

/** Headers with a token that has these scopes. */
export function tokenWith(scope: string): { authorization: string } {
  return { authorization: `Bearer ${signToken({ scope })}` };
}

/** Starts an application on a free port of the loopback interface. */
export async function listen(app: FastifyInstance): Promise<URL> {
  return new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
}

/** Sends lines, and returns all octets until the server ends the connection. */
export async function sendLines(url: URL, lines: readonly string[], body = ''): Promise<string> {
  const socket = connect(Number(url.port), url.hostname).setEncoding('utf8');
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.on('data', (chunk) => (received += String(chunk)));
  socket.write([...lines, 'Host: api.example.com', '', body].join('\r\n'));
  await once(socket, 'end');
  return received;
}
