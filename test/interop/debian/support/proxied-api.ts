/**
 * The API of the README's section "Behind a proxy", and routes without a guard to compare it with.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import express, { type Express } from 'express';
import { createResourceServer, type MtlsOptions } from '@scopegate/express';
import { onTestFinished } from 'vitest';
import { openServer } from '../../../support/listen.js';
import { SECRET_OPTIONS } from '../../../support/tokens.js';

/** The resource identifier: behind the proxy, the API is below `/shop/`. */
export const RESOURCE = 'https://api.example.com/shop';

/** The challenge of the guarded routes. */
export const CHALLENGE = `Bearer realm="${RESOURCE}", scope="read", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/shop"`;

/**
 * Starts the API on a free port and closes it after the running test.
 *
 * @param mtls - Where it reads the certificates of clients.
 * @returns Its port.
 */
export async function openProxiedApi(mtls?: MtlsOptions): Promise<number> {
  // Node's own limit must not hide those of the proxies.
  const server = createServer({ maxHeaderSize: 64 * 1024 }, createApp(mtls));
  return Number((await openServer(server)).port);
}

function createApp(mtls: MtlsOptions | undefined): Express {
  const own = { realm: RESOURCE, resource: RESOURCE, mtls };
  const api = createResourceServer({ ...SECRET_OPTIONS, ...own });
  onTestFinished(() => {
    api.close();
  });
  const app = express();
  app.use(api.metadata());
  app.all('/sales', api.requireScope('read'), (req, res) => {
    res.json({ rows: [], subject: api.accessToken(req).subject });
  });
  app.all('/plain/sales', answerPlainly);
  return app;
}

/** Responds like careless middleware: without `Vary`, and without reading the body. */
function answerPlainly({ headers }: IncomingMessage, res: ServerResponse): void {
  res.statusCode = headers.authorization === undefined ? 401 : 200;
  res.end(`for ${headers.authorization ?? 'no one'}`);
}
