/**
 * The authorization server of the story.
 *
 * @module
 */
import { createPrivateKey, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto';
import {
  createAuthorizationServer,
  type PublicClient,
  type ServiceClient,
} from '../authorization-server.js';
import { listenOnLoopback } from './loopback-server.js';
import type { Traffic } from './traffic.js';

/** The running authorization server, and the clients that are registered. */
export interface Issuer {
  /** The issuer identifier, which is also its URL. */
  readonly url: string;
  readonly publicClient: PublicClient;
  readonly serviceClient: ServiceClient;
  /** Accepts connections again. */
  start(): void;
  /** Refuses connections, as in an outage. */
  stop(): void;
  close(): Promise<void>;
}

const SCOPES = ['notes:read', 'notes:write'];

/**
 * Starts the authorization server, with a key and a secret that are created for this run.
 *
 * @param resources - The URLs of the MCP endpoints for which tokens may be requested.
 */
export async function startIssuer(traffic: Traffic, resources: readonly string[]): Promise<Issuer> {
  const http = await listenOnLoopback((req, res) => {
    // The requests that lead to a token are recorded when it is granted.
    if (/^\/(?:\.well-known|jwks)/.test(req.url ?? '')) traffic.addRequest(req, res);
  });
  const publicClient = { clientId: 'notes-desktop', redirectUri: 'http://127.0.0.1/callback' };
  const serviceClient = {
    clientId: 'notes-cleanup',
    clientSecret: randomBytes(32).toString('base64url'),
    scope: SCOPES.join(' '),
  };
  const listener = createAuthorizationServer({
    issuer: http.url,
    signingKey: createSigningKey(),
    resources,
    scopes: SCOPES,
    publicClient,
    serviceClient,
    onGrant: (line) => {
      traffic.add(line);
    },
  });
  http.serve(listener);
  return {
    url: http.url,
    publicClient,
    serviceClient,
    start: () => {
      http.serve(listener);
    },
    stop: () => {
      http.stop();
    },
    close: () => http.close(),
  };
}

/** The key passes through DER because Node.js 20 can deadlock while it exports a new key as JWK. */
function createSigningKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  });
  const key = createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' });
  return { ...key.export({ format: 'jwk' }), kid: 'key-1', alg: 'ES256', use: 'sig' };
}
