/**
 * Connects the tokens and the keys of a test issuer to its endpoints.
 *
 * @module
 */
import { attackerKey } from './forgeries/forgery.js';
import type { ResolvedTestIssuerOptions } from './issuer-options.js';
import { createIntrospectionEndpoint } from './server/introspection-endpoint.js';
import { createEndpoints, type IssuerAddress } from './server/issuer-endpoints.js';
import { createIssuerServer, type IssuerServer } from './server/issuer-server.js';
import type { WritableRequestLog } from './server/request-log.js';
import { createTokenEndpoint } from './server/token-endpoint.js';
import { createTokenProofs } from './server/token-proof.js';
import type { SigningKeys } from './tokens/signing-keys.js';
import type { TokenMint } from './tokens/token-mint.js';
import type { TokenState } from './tokens/token-state.js';

/** The credentials with which a resource server introspects tokens. RFC 7662 §2.1. */
export interface IntrospectionClient {
  /** The client identifier. */
  readonly clientId: string;
  /** Returns the client secret. */
  readonly clientSecret: () => string;
}

/** The JWKS, which tests may replace. */
export interface JwksDocument {
  readonly read: () => unknown;
  readonly replace: (document: unknown) => void;
}

/** Creates the JWKS of an issuer. */
export function createJwksDocument(keys: SigningKeys): JwksDocument {
  let replacement: string | undefined;
  return {
    read() {
      if (replacement === undefined) return { keys: keys.published() };
      return JSON.parse(replacement) as unknown;
    },
    replace(document) {
      // Serialized here, so that a value that is not JSON throws now and later changes have no effect.
      replacement = document === undefined ? undefined : JSON.stringify(document);
    },
  };
}

/** The parts of a test issuer that its endpoints need. */
export interface IssuerParts {
  readonly resolved: ResolvedTestIssuerOptions;
  readonly address: IssuerAddress;
  readonly mint: TokenMint;
  readonly keys: SigningKeys;
  readonly jwks: JwksDocument;
  readonly tokens: TokenState;
  /** Introspects tokens besides the clients in the options. */
  readonly introspectionClient: IntrospectionClient;
  readonly requests: WritableRequestLog;
}

/** Creates the endpoints of a test issuer, and the functions that change their responses. */
export function createServer(parts: IssuerParts): IssuerServer {
  const { resolved, address, mint, keys, jwks, requests } = parts;
  const { path, clients, accessTokenLifetimeSeconds, clock, etag, dpopNonces } = resolved;
  const { issuer, tokenEndpoint, introspectionEndpoint } = address;
  const { clientId, clientSecret } = parts.introspectionClient;
  const token = createTokenEndpoint({
    issuer,
    tokenEndpoint,
    clients,
    mint,
    proofs: createTokenProofs({ tokenEndpoint, demandsNonces: dpopNonces }),
    accessTokenLifetimeSeconds,
    record: (request) => requests.tokenRequests.push(request),
  });
  const introspection = createIntrospectionEndpoint({
    issuer,
    endpoint: introspectionEndpoint,
    tokenEndpoint,
    clients: [...clients, { clientId, clientSecret: clientSecret() }],
    tokens: parts.tokens,
    keys,
    clock,
    record: (request) => requests.introspectionRequests.push(request),
  });
  const forgedJwks = (): unknown => ({ keys: [attackerKey(keys.get().alg).publicJwk] });
  const content = { address, path, jwks: jwks.read, forgedJwks, token, introspection };
  return createIssuerServer({ clock, log: requests, endpoints: createEndpoints(content), etag });
}
