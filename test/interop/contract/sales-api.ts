/**
 * The API under test, written as the README shows it.
 *
 * @module
 */
import { createServer } from 'node:http';
import type { DecryptionOptions, IntrospectionOptions, TypPolicy } from '@scopegate/access-token';
import { createResourceServer, type DpopOptions, type ResourceServer } from '@scopegate/express';
import express from 'express';
import { closeServer, listen } from '../../support/listen.js';
import type { RunningServer } from './server.js';

export const AUDIENCE = 'https://api.example.com';
export const OTHER_AUDIENCE = 'https://inventory.example.com';
export const READ = 'read:analytics';
export const WRITE = 'write:analytics';

/** A running API. */
export interface SalesApi {
  /** Its own origin, which is not its audience. */
  readonly origin: string;
  readonly resourceServer: ResourceServer<typeof READ | typeof WRITE>;
  /** Sends a request, with a token or without. */
  call(path: string, token?: string): Promise<ApiAnswer>;
  /** Moves the clock of the API, not that of the authorization server. */
  advance(seconds: number): void;
  close(): Promise<void>;
}

/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Options of the API. */
export interface SalesApiOptions {
  /** @defaultValue {@link AUDIENCE} */
  readonly audience?: string;
  /** @defaultValue `'auto'` */
  readonly typ?: TypPolicy;
  /** Accepts bound tokens, at the API's own origin. @defaultValue bearer tokens only */
  readonly dpop?: DpopOptions;
  /** Accepts encrypted tokens. @defaultValue signed tokens only */
  readonly decryption?: DecryptionOptions;
  /** Accepts opaque tokens. @defaultValue JWTs only */
  readonly introspection?: IntrospectionOptions;
}

/**
 * Opens the API on a free port. `/sales` requires the scope {@link READ}, `/targets` {@link WRITE};
 * `/mine` requires a user, `/jobs` a client.
 */
export async function openSalesApi(
  server: Pick<RunningServer, 'issuer' | 'jwksUri'>,
  { audience = AUDIENCE, typ, dpop, decryption, introspection }: SalesApiOptions = {},
): Promise<SalesApi> {
  let aheadMs = 0;
  const http = createServer();
  const { origin } = await listen(http);
  const resourceServer = createResourceServer({
    issuer: server.issuer,
    jwksUri: server.jwksUri,
    scopes: [READ, WRITE],
    audience,
    typ,
    decryption,
    introspection,
    dpop: dpop && { publicUrl: origin, ...dpop },
    clock: () => Date.now() + aheadMs,
  });
  const app = express();
  // RFC 9728 §1.2: a resource identifier is a URL, but a client id as the audience need not be one.
  if (URL.canParse(audience)) app.use(resourceServer.metadata());
  const answer: express.RequestHandler = (request, response) => {
    const { clientId, principal, subject, scopes } = resourceServer.accessToken(request);
    response.json({ clientId, principal, subject, scopes: [...scopes] });
  };
  app.get('/sales', resourceServer.requireScope(READ), answer);
  app.get('/targets', resourceServer.requireScope(WRITE), answer);
  app.get('/mine', resourceServer.require({ scope: READ, principal: 'user' }), answer);
  app.get('/jobs', resourceServer.require({ scope: READ, principal: 'client' }), answer);
  http.on('request', app);
  return {
    origin,
    resourceServer,
    async call(path, token) {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(origin + path, { headers });
      return {
        status: response.status,
        headers: response.headers,
        body: await response.json(),
      };
    },
    advance(seconds) {
      aheadMs += seconds * 1000;
    },
    async close() {
      resourceServer.close();
      await closeServer(http);
    },
  };
}
