/**
 * Authorization server metadata: where an issuer has its token endpoint.
 *
 * @module
 */
import { isReferenceAllowed, isUsableEndpoint } from '@scopegate/protocol/internal';
import {
  allowInsecureRequests,
  type AuthorizationServer,
  customFetch,
  discoveryRequest,
  JSON_ATTRIBUTE_COMPARISON,
  OperationProcessingError,
  processDiscoveryResponse,
} from 'oauth4webapi';
import type { BoundedFetch } from './bounded-fetch.js';
import { TokenRequestError, type TokenRequestReason } from '../errors.js';

/** Where to find metadata. */
export interface MetadataOptions {
  /** The issuer identifier, a URL. */
  readonly issuer: string;
  /** Known already: nothing is discovered then. */
  readonly tokenEndpoint: string | undefined;
  readonly useMtlsAliases: boolean;
  readonly fetch: BoundedFetch;
  readonly clock: () => number;
}

/** How long a document is used before it is looked at again. */
const MAX_AGE_MS = 3_600_000;

// An answer came, and it was no document: servers without RFC 8414 send a 404, a login page or a
// redirect to one. In an outage the second place is down as well, so it is not asked.
const NOT_FOUND_THERE: ReadonlySet<string> = new Set<TokenRequestReason>([
  'redirect',
  'status',
  'json',
]);

/**
 * Makes a source of an issuer's metadata: fetched when first needed, once for all who wait for it,
 * and hourly after that. A document that is held outlives an outage: its one use is a URL.
 *
 * The source throws a {@link TokenRequestError}: `issuer` and `token_endpoint`, or why there is no
 * document.
 *
 * @see RFC 8414 §3; OpenID Connect Discovery 1.0 §4
 */
export function createMetadataSource(options: MetadataOptions): () => Promise<AuthorizationServer> {
  const { issuer, tokenEndpoint, clock } = options;
  if (tokenEndpoint !== undefined) {
    const known: AuthorizationServer = { issuer, token_endpoint: tokenEndpoint };
    return () => Promise.resolve(known);
  }
  let held: { readonly metadata: AuthorizationServer; readonly fetchedAt: number } | undefined;
  let flight: Promise<AuthorizationServer> | undefined;

  async function refresh(): Promise<AuthorizationServer> {
    try {
      const metadata = await discover(options);
      held = { metadata, fetchedAt: clock() };
    } catch (error) {
      if (held === undefined || !(error instanceof TokenRequestError)) throw error;
    } finally {
      flight = undefined;
    }
    return held.metadata;
  }

  return async function readMetadata() {
    if (held !== undefined && clock() - held.fetchedAt < MAX_AGE_MS) return held.metadata;
    flight ??= refresh();
    return await flight;
  };
}

async function discover(options: MetadataOptions): Promise<AuthorizationServer> {
  try {
    return await discoverBy('oauth2', options);
  } catch (error) {
    if (!(error instanceof TokenRequestError) || !NOT_FOUND_THERE.has(error.reason)) throw error;
    return await discoverBy('oidc', options);
  }
}

async function discoverBy(
  algorithm: 'oauth2' | 'oidc',
  options: MetadataOptions,
): Promise<AuthorizationServer> {
  const issuer = new URL(options.issuer);
  const response = await discoveryRequest(issuer, {
    algorithm,
    [customFetch]: options.fetch,
    [allowInsecureRequests]: issuer.protocol === 'http:',
  });
  if (response.status !== 200) throw new TokenRequestError('status', { status: response.status });
  const metadata = await readDocument(issuer, response);
  // RFC 8414 §3.3: identical, or the data MUST NOT be used. oauth4webapi compares what a URL parser
  // makes of both.
  if (metadata.issuer !== options.issuer) throw new TokenRequestError('issuer');
  // All that a token request needs; the rest of the document is not kept.
  return { issuer: metadata.issuer, token_endpoint: readTokenEndpoint(metadata, options) };
}

async function readDocument(issuer: URL, response: Response): Promise<AuthorizationServer> {
  try {
    return await processDiscoveryResponse(issuer, response);
  } catch (error) {
    // Neither the error nor its cause is kept: they hold the document.
    const isComparison =
      error instanceof OperationProcessingError && error.code === JSON_ATTRIBUTE_COMPARISON;
    throw new TokenRequestError(isComparison ? 'issuer' : 'json');
  }
}

/** RFC 8705 §5: the alias takes the place of the endpoint for clients with a certificate. */
function readTokenEndpoint(
  metadata: AuthorizationServer,
  { issuer, useMtlsAliases }: MetadataOptions,
): string {
  const alias = useMtlsAliases ? metadata.mtls_endpoint_aliases?.token_endpoint : undefined;
  const endpoint: unknown = alias ?? metadata.token_endpoint;
  const url =
    typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !isUsableEndpoint(url)) throw new TokenRequestError('token_endpoint');
  // A public issuer has no business sending us, and a secret, into our own network.
  if (!isReferenceAllowed(url, new URL(issuer))) {
    throw new TokenRequestError('token_endpoint');
  }
  return url.href;
}
