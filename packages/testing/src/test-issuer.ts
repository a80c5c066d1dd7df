/**
 * An OAuth 2.0 issuer for tests, on a real loopback socket or on none at all.
 *
 * @module
 */
import { assertKnownOptions } from '@scopegate/protocol/internal';
import { type Bearer, createBearer } from './bearer.js';
import type { TestClock } from './clock.js';
import {
  createForge,
  forEachForgery,
  forgeries,
  type Forge,
  type ForgeryDescription,
} from './forgeries/forgeries.js';
import { attackerKey } from './forgeries/forgery.js';
import { createInProcessFetch } from './server/in-process-fetch.js';
import { createEndpoints, type IssuerAddress, issuerAddress } from './server/issuer-endpoints.js';
import {
  assertOptionalText,
  type ResolvedTestIssuerOptions,
  resolveTestIssuerOptions,
  type TestIssuerOptions,
} from './issuer-options.js';
import {
  createIssuerServer,
  type IssuerServer,
  type IssuerSwitches,
} from './server/issuer-server.js';
import { type LoopbackServer, openLoopbackServer } from './server/loopback-server.js';
import { promised } from './promised.js';
import {
  createRequestLog,
  type RequestLog,
  type WritableRequestLog,
} from './server/request-log.js';
import {
  createSigningKeys,
  type KeyRotation,
  type PublicJwk,
  type SigningKeys,
} from './tokens/signing-keys.js';
import { createTokenEndpoint } from './server/token-endpoint.js';
import { createTokenMint, type TokenMint, type TokenOverrides } from './tokens/token-mint.js';

const DEFAULT_AUDIENCE = 'https://api.example.com';

/** What a resource server needs to know to trust the issuer. */
export interface TrustOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds since the epoch. */
  readonly clock: TestClock;
  /** Reaches the issuer; only where it does not listen on a socket. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** An issuer for tests. */
export interface TestIssuer extends IssuerSwitches {
  /** The issuer identifier, `http://127.0.0.1:<port>` and the path where it listens. */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenEndpoint: string;
  /** The time by which tokens are minted; it stands still until it is moved. */
  readonly clock: TestClock;
  /** Counts what the issuer was asked. */
  readonly requests: RequestLog;
  /**
   * Makes request headers with a good token, at once: `issuer.bearer({ scope })`. Its members make
   * headers with a forged one: `issuer.bearer.expired()`.
   */
  readonly bearer: Bearer;
  /** Broken tokens by name. */
  readonly forge: Forge;
  /** Every name in `forge` with its explanation. */
  readonly forgeries: readonly ForgeryDescription[];
  /** Reaches the issuer in this process and nothing else, whether it listens on a socket or not. */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Options to spread into those of a resource server.
   *
   * @param options - `audience`: the resource server's. The first one is what tokens that name none
   *   are meant for, unless the issuer was made with an audience of its own.
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
  /** Ends the issuer and every connection, those that hang included. */
  readonly close: () => Promise<void>;
}

/**
 * Makes an issuer that listens on 127.0.0.1, on a free port, or that is reached by its `fetch` alone.
 *
 * Serves RFC 8414 metadata, OpenID Connect discovery, a JWKS and a token endpoint for the client
 * credentials grant.
 *
 * @throws TypeError When an option is unknown or cannot be used.
 * @example
 * const issuer = await createTestIssuer();
 * const api = createResourceServer({ ...issuer.options({ audience: 'https://api.example.com' }) });
 * await request(app).get('/sales').set(issuer.bearer({ scope: 'read:sales' })).expect(200);
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const resolved = resolveTestIssuerOptions(options);
  const socket = resolved.listen ? await openLoopbackServer() : undefined;
  const address = issuerAddress(socket?.origin ?? resolved.origin, resolved.path);
  const keys = createSigningKeys(resolved.alg);
  let { audience } = resolved;
  const mint = createTokenMint({
    ...resolved,
    issuer: address.issuer,
    audience: () => audience ?? DEFAULT_AUDIENCE,
    keys,
  });
  const jwks = createJwksDocument(keys);
  const requests = createRequestLog();
  const server = createServer({ resolved, address, mint, keys, jwks, requests });
  const life = createLife(address, server, socket);
  const { issuer, jwksUri, tokenEndpoint, forgedJwksUri } = address;
  const { clock } = resolved;
  const forge = createForge(mint, () => ({ now: Math.floor(clock() / 1000), forgedJwksUri }));
  return Object.freeze({
    issuer,
    jwksUri,
    tokenEndpoint,
    clock,
    requests,
    forgeries,
    ...life,
    fault: server.fault,
    setHeaders: server.setHeaders,
    bearer: createBearer(mint, forge),
    forge: forEachForgery((name) => promised(forge[name])),
    options: (trust = {}) => {
      assertTrust(trust);
      audience ??= trust.audience ?? DEFAULT_AUDIENCE;
      const fetch = socket === undefined && { fetch: life.fetch };
      return { issuer, audience: trust.audience ?? audience, clock, ...fetch };
    },
    mint: promised(mint.mint),
    publicKeys: promised(keys.published),
    rotateKey: promised((rotation = {}) => keys.rotate(rotation).publicJwk),
    withdrawKey: keys.withdraw,
    publishJwks: jwks.replace,
  } satisfies TestIssuer);
}

function assertTrust(trust: unknown): void {
  assertKnownOptions('issuer.options()', trust, ['audience'], {
    scopes: 'write it beside: { ...issuer.options(), scopes }',
  });
  assertOptionalText('audience', trust['audience']);
}

interface IssuerParts {
  readonly resolved: ResolvedTestIssuerOptions;
  readonly address: IssuerAddress;
  readonly mint: TokenMint;
  readonly keys: SigningKeys;
  readonly jwks: JwksDocument;
  readonly requests: WritableRequestLog;
}

function createServer({
  resolved,
  address,
  mint,
  keys,
  jwks,
  requests,
}: IssuerParts): IssuerServer {
  const { path, clients, accessTokenLifetimeSeconds, clock, etag } = resolved;
  const token = createTokenEndpoint({
    clients,
    mint,
    accessTokenLifetimeSeconds,
    record: (request) => requests.tokenRequests.push(request),
  });
  const forgedJwks = (): unknown => ({ keys: [attackerKey(keys.get().alg).publicJwk] });
  const endpoints = createEndpoints({ address, path, jwks: jwks.read, forgedJwks, token });
  return createIssuerServer({ clock, log: requests, endpoints, etag });
}

/** Brings an issuer within reach, and out of it: by its own `fetch` and, if it has one, a socket. */
function createLife(
  { issuer }: IssuerAddress,
  { respond }: IssuerServer,
  socket: LoopbackServer | undefined,
): Pick<TestIssuer, 'fetch' | 'stop' | 'start' | 'close'> {
  const inProcess = createInProcessFetch(new URL(issuer).origin, respond);
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
      if (isClosed) throw new Error('the issuer was closed for good');
      await socket?.start();
      inProcess.start();
    },
    async close() {
      isClosed = true;
      await stop();
    },
  };
}

interface JwksDocument {
  readonly read: () => unknown;
  readonly replace: (document: unknown) => void;
}

function createJwksDocument(keys: SigningKeys): JwksDocument {
  let replacement: string | undefined;
  return {
    read() {
      if (replacement === undefined) return { keys: keys.published() };
      return JSON.parse(replacement) as unknown;
    },
    replace(document) {
      // Written at once: what cannot be JSON throws here, and later changes do not show.
      replacement = document === undefined ? undefined : JSON.stringify(document);
    },
  };
}
