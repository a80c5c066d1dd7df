/**
 * Creates an OAuth 2.0 issuer for tests, on a loopback socket or without one.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { assertKnownOptions } from '@scopegate/protocol/internal';
import { type Bearer, createBearer } from './bearer.js';
import type { TestClock } from './clock.js';
import {
  createForge,
  mapForgeries,
  forgeries,
  type Forge,
  type ForgeryDescription,
} from './forgeries/forgeries.js';
import { createInProcessFetch } from './server/in-process-fetch.js';
import { type IssuerAddress, issuerAddress } from './server/issuer-endpoints.js';
import {
  assertOptionalString,
  resolveTestIssuerOptions,
  type TestIssuerOptions,
} from './issuer-options.js';
import type { IssuerServer, IssuerSwitches } from './server/issuer-server.js';
import { type LoopbackServer, openLoopbackServer } from './server/loopback-server.js';
import { promised } from './promised.js';
import { createRequestLog, type RequestLog } from './server/request-log.js';
import {
  createJwksDocument,
  createServer,
  type IntrospectionClient,
} from './test-issuer-server.js';
import type { OpaqueTokenOverrides } from './tokens/opaque-token-overrides.js';
import { createOpaqueTokens } from './tokens/opaque-tokens.js';
import { createSigningKeys, type KeyRotation, type PublicJwk } from './tokens/signing-keys.js';
import { createTokenMint, type TokenMint, type TokenMintOptions } from './tokens/token-mint.js';
import { createTokenState, type TokenState } from './tokens/token-state.js';
import type { TokenOverrides } from './tokens/token-overrides.js';

const DEFAULT_AUDIENCE = 'https://api.example.com';

/** Options that make a resource server trust the issuer. */
export interface TrustOptions {
  /** The issuer identifier. */
  readonly issuer: string;
  /** The identifier of the resource server. */
  readonly audience: string;
  /** The clock of the issuer, in milliseconds since the epoch. */
  readonly clock: TestClock;
  /**
   * The `fetch` that reaches the issuer.
   *
   * @defaultValue absent if the issuer listens on a socket
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** An issuer for tests. */
export interface TestIssuer extends IssuerSwitches {
  /** The issuer identifier: `http://127.0.0.1:<port>` and the path, where it listens on a socket. */
  readonly issuer: string;
  /** The URL of the JWKS. */
  readonly jwksUri: string;
  /** The URL of the token endpoint. */
  readonly tokenEndpoint: string;
  /** The URL of the introspection endpoint. RFC 7662. */
  readonly introspectionEndpoint: string;
  /**
   * The credentials of a resource server that may introspect tokens, besides the `clients` of the issuer.
   *
   * @example
   * const introspection = { tokens: 'opaque', ...issuer.introspectionClient } as const;
   * const api = createResourceServer({ ...issuer.options(), introspection, scopes });
   */
  readonly introspectionClient: IntrospectionClient;
  /** The clock by which tokens are issued; it stands still until it is moved. */
  readonly clock: TestClock;
  /** Counts the requests to the issuer. */
  readonly requests: RequestLog;
  /**
   * Creates request headers with a valid token: `issuer.bearer({ scope })`. Its members create headers
   * with a forged one: `issuer.bearer.expired()`.
   */
  readonly bearer: Bearer;
  /** Functions that make forged tokens, by name. */
  readonly forge: Forge;
  /** Every name in `forge`, with an explanation. */
  readonly forgeries: readonly ForgeryDescription[];
  /**
   * Reaches the issuer and its JWKS in this process, and no other origin, whether it listens on a socket
   * or not.
   */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Returns options to spread into those of a resource server.
   *
   * @param options - `audience`: the identifier of the resource server. Unless the issuer has an
   *   `audience` option, the first call sets the default audience of tokens.
   * @throws TypeError An option is unknown or invalid.
   * @example
   * const api = createResourceServer({ ...issuer.options(), scopes: ['read:analytics'] });
   */
  readonly options: (options?: { readonly audience?: string | undefined }) => TrustOptions;
  /**
   * Mints a valid RFC 9068 access token, with the overrides applied.
   *
   * @throws TypeError (rejects) An override is unknown or invalid.
   * @example
   * await issuer.mint({ scope: 'read:analytics', subject: 'ann' });
   */
  readonly mint: (overrides?: TokenOverrides) => Promise<string>;
  /**
   * Issues an opaque token. The introspection endpoint says what it means.
   *
   * @throws TypeError (rejects) An override is unknown or invalid.
   * @example
   * await issuer.opaque({ scope: 'read:analytics', prefix: 'ory_at_' });
   */
  readonly opaque: (overrides?: OpaqueTokenOverrides) => Promise<string>;
  /**
   * Revokes a token of this issuer, opaque or not. The introspection endpoint then says that it is not
   * active; its signature, if any, remains valid.
   *
   * @throws TypeError It is not a token of this issuer.
   * @example
   * issuer.revoke(token);
   */
  readonly revoke: (token: string) => void;
  /** Returns the published keys, oldest first. */
  readonly publicKeys: () => Promise<readonly PublicJwk[]>;
  /** Creates and publishes a new key, which signs from now on. */
  readonly rotateKey: (rotation?: KeyRotation) => Promise<PublicJwk>;
  /** Removes a key from the JWKS; it can still sign: `mint({ key: kid })`. */
  readonly withdrawKey: (kid: string) => void;
  /** Serves any JSON document instead of the JWKS; `undefined` serves the keys again. */
  readonly publishJwks: (document: unknown) => void;
  /** Begins an outage: open connections are closed and new ones refused. */
  readonly stop: () => Promise<void>;
  /** Ends an outage, on the same port. @throws Error (rejects) The issuer is closed. */
  readonly start: () => Promise<void>;
  /** Closes the issuer and every connection, including those waiting for a response. */
  readonly close: () => Promise<void>;
}

/**
 * Creates an issuer that listens on a free port of 127.0.0.1 or is reached only by its own `fetch`.
 *
 * Serves RFC 8414 metadata, OpenID Connect discovery, a JWKS, a token endpoint for the client credentials
 * grant, and an introspection endpoint.
 *
 * @throws TypeError (rejects) An option is unknown or out of range.
 * @example
 * const issuer = await createTestIssuer();
 * const api = createResourceServer({ ...issuer.options({ audience: 'https://api.example.com' }) });
 * await request(app).get('/sales').set(issuer.bearer({ scope: 'read:sales' })).expect(200);
 * @example
 * const preset = okta({ domain: 'example.okta.com', audience });
 * const { issuer } = preset;
 * const { fetch, clock, bearer } = await createTestIssuer({ like: 'okta', issuer, audience });
 * const api = createResourceServer({ ...preset, fetch, clock });
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const resolved = resolveTestIssuerOptions(options);
  const socket = resolved.listen ? await openLoopbackServer() : undefined;
  const address = issuerAddress({ ...resolved, origin: socket?.origin ?? resolved.origin });
  const keys = createSigningKeys(resolved.alg);
  let { audience } = resolved;
  const { mint, state: tokens } = createTokens({
    ...resolved,
    issuer: address.issuer,
    audience: () => audience ?? DEFAULT_AUDIENCE,
    keys,
  });
  const introspectionClient = createIntrospectionClient();
  const jwks = createJwksDocument(keys);
  const requests = createRequestLog();
  const parts = { resolved, address, mint, keys, jwks, tokens, introspectionClient, requests };
  const server = createServer(parts);
  const lifecycle = createLifecycle(address, server, socket);
  const { issuer, jwksUri, tokenEndpoint, introspectionEndpoint, forgedJwksUri } = address;
  const { clock } = resolved;
  const forge = createForge(mint, () => ({ now: Math.floor(clock() / 1000), forgedJwksUri }));
  return Object.freeze({
    ...lifecycle,
    issuer,
    jwksUri,
    tokenEndpoint,
    introspectionEndpoint,
    introspectionClient,
    clock,
    requests,
    forgeries,
    fault: server.fault,
    setHeaders: server.setHeaders,
    bearer: createBearer(mint, forge),
    forge: mapForgeries((name) => promised(forge[name])),
    options: (trust = {}) => {
      assertTrust(trust);
      audience ??= trust.audience ?? DEFAULT_AUDIENCE;
      const fetch = socket === undefined && { fetch: lifecycle.fetch };
      return { issuer, audience: trust.audience ?? audience, clock, ...fetch };
    },
    mint: promised(mint.mint),
    opaque: promised(mint.opaque),
    revoke: tokens.revoke,
    publicKeys: promised(keys.published),
    rotateKey: promised((rotation = {}) => keys.rotate(rotation).publicJwk),
    withdrawKey: keys.withdraw,
    publishJwks: jwks.replace,
  } satisfies TestIssuer);
}

function createTokens(options: Omit<TokenMintOptions, 'opaqueTokens' | 'encryptedTokens'>): {
  readonly mint: TokenMint;
  readonly state: TokenState;
} {
  const kept = { opaqueTokens: createOpaqueTokens(), encryptedTokens: new Map<string, string>() };
  return {
    mint: createTokenMint({ ...options, ...kept }),
    state: createTokenState({ ...options, ...kept }),
  };
}

function createIntrospectionClient(): IntrospectionClient {
  const secret = randomUUID();
  return Object.freeze({ clientId: 'test-resource-server', clientSecret: () => secret });
}

function assertTrust(trust: unknown): void {
  assertKnownOptions('issuer.options()', trust, {
    names: ['audience'],
    hints: { scopes: 'pass it to the resource server: { ...issuer.options(), scopes }' },
  });
  assertOptionalString('audience', trust['audience']);
}

/** Creates the functions that start, stop and reach an issuer: its own `fetch` and, if any, its socket. */
function createLifecycle(
  address: IssuerAddress,
  { respond }: IssuerServer,
  socket: LoopbackServer | undefined,
): Pick<TestIssuer, 'fetch' | 'stop' | 'start' | 'close'> {
  const inProcess = createInProcessFetch(address, respond);
  let isClosed = false;
  socket?.serve(respond);
  const stop = async (): Promise<void> => {
    inProcess.stop();
    await socket?.stop();
  };
  return {
    fetch: inProcess.fetch,
    stop,
    async start() {
      if (isClosed) throw new Error('the issuer is closed; create a new one');
      await socket?.start();
      inProcess.start();
    },
    async close() {
      isClosed = true;
      await stop();
    },
  };
}
