/**
 * An OAuth 2.0 issuer for tests, on a real loopback socket.
 *
 * @module
 */
import type { TestClock } from './clock.js';
import { createForge, forgeries, type Forge, type ForgeryDescription } from './forge.js';
import { attackerKey } from './forgery.js';
import { createEndpoints, issuerAddress } from './issuer-endpoints.js';
import { resolveTestIssuerOptions, type TestIssuerOptions } from './issuer-options.js';
import { createIssuerServer, type IssuerSwitches } from './issuer-server.js';
import { openLoopbackServer } from './loopback-server.js';
import { createRequestLog, type RequestLog } from './request-log.js';
import {
  createSigningKeys,
  type KeyRotation,
  type PublicJwk,
  type SigningKeys,
} from './signing-keys.js';
import { createTokenEndpoint } from './token-endpoint.js';
import { createTokenMint, type TokenOverrides } from './token-mint.js';

/** What a resource server needs to know to trust the issuer. */
export interface TrustOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds since the epoch. */
  readonly clock: TestClock;
}

/** An issuer for tests. */
export interface TestIssuer extends IssuerSwitches {
  /** The issuer identifier, `http://127.0.0.1:<port>` and the path. */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenEndpoint: string;
  /** The time by which tokens are minted; it stands still until it is moved. */
  readonly clock: TestClock;
  /** Counts what the issuer was asked. */
  readonly requests: RequestLog;
  /** Broken tokens by name. */
  readonly forge: Forge;
  /** Every name in `forge` with its explanation. */
  readonly forgeries: readonly ForgeryDescription[];
  /**
   * Options to spread into those of a resource server.
   *
   * @param options - `audience`: in place of the issuer's own.
   */
  readonly options: (options?: { readonly audience?: string | undefined }) => TrustOptions;
  /** Makes a good access token of RFC 9068, changed as the overrides say. */
  readonly mint: (overrides?: TokenOverrides) => Promise<string>;
  /** The published keys, oldest first. */
  readonly publicKeys: () => Promise<readonly PublicJwk[]>;
  /** Signs with a new key from now on, published at once. */
  readonly rotateKey: (rotation?: KeyRotation) => Promise<PublicJwk>;
  /** Takes a key out of the JWKS; it can still be made to sign. */
  readonly withdrawKey: (kid: string) => void;
  /** Serves any document in place of the JWKS; `undefined` serves the keys again. */
  readonly publishJwks: (document: unknown) => void;
  /** Begins an outage: connections are ended and refused. */
  readonly stop: () => Promise<void>;
  /** Ends an outage, on the same port. */
  readonly start: () => Promise<void>;
  /** Ends the server and every connection, those that hang included. */
  readonly close: () => Promise<void>;
}

/**
 * Makes an issuer that listens on 127.0.0.1, on a free port.
 *
 * Serves RFC 8414 metadata, OpenID Connect discovery, a JWKS and a token endpoint for the client
 * credentials grant.
 *
 * @throws TypeError When an option is unknown or cannot be used.
 * @example
 * const issuer = await createTestIssuer({ audience: 'https://api.example.com' });
 * const token = await issuer.mint({ scope: 'read:analytics' });
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const resolved = resolveTestIssuerOptions(options);
  const { audience, clock, path, clients, accessTokenLifetimeSeconds, etag } = resolved;
  const server = await openLoopbackServer();
  const address = issuerAddress(server.origin, path);
  const { issuer, jwksUri, tokenEndpoint, forgedJwksUri } = address;
  const keys = createSigningKeys(resolved.alg);
  const jwks = createJwksDocument(keys);
  const mint = createTokenMint({ issuer, audience, accessTokenLifetimeSeconds, clock, keys });
  const requests = createRequestLog();
  const token = createTokenEndpoint({
    ...{ clients, mint, accessTokenLifetimeSeconds },
    record: (request) => requests.tokenRequests.push(request),
  });
  const forgedJwks = async (): Promise<unknown> => {
    const { alg } = await keys.get();
    return { keys: [(await attackerKey(alg)).publicJwk] };
  };
  const endpoints = createEndpoints({ address, path, jwks: jwks.read, forgedJwks, token });
  const { respond, ...switches } = createIssuerServer({ clock, log: requests, endpoints, etag });
  server.serve(respond);
  return Object.freeze({
    ...{ issuer, jwksUri, tokenEndpoint, clock, requests, forgeries, ...switches },
    ...{ stop: server.stop, start: server.start, close: server.close },
    ...{ mint: mint.mint, publicKeys: keys.published, withdrawKey: keys.withdraw },
    forge: createForge(mint, () => ({ now: Math.floor(clock() / 1000), forgedJwksUri })),
    options: (trust = {}) => ({ issuer, audience: trust.audience ?? audience, clock }),
    rotateKey: async (rotation = {}) => (await keys.rotate(rotation)).publicJwk,
    publishJwks: jwks.replace,
  } satisfies TestIssuer);
}

interface JwksDocument {
  readonly read: () => unknown;
  readonly replace: (document: unknown) => void;
}

function createJwksDocument(keys: SigningKeys): JwksDocument {
  let replacement: string | undefined;
  return {
    async read() {
      if (replacement === undefined) return { keys: await keys.published() };
      return JSON.parse(replacement) as unknown;
    },
    replace(document) {
      // Written at once: what cannot be JSON throws here, and later changes do not show.
      replacement = document === undefined ? undefined : JSON.stringify(document);
    },
  };
}
