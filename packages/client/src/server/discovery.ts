/**
 * Authorization server metadata: the token endpoint of an issuer.
 *
 * @module
 */
import {
  findDecisiveError,
  isReferenceAllowed,
  isUsableEndpoint,
  parseUrl,
  readMetadata,
} from '@scopegate/protocol/internal';
import {
  type AuthorizationServer,
  JSON_ATTRIBUTE_COMPARISON,
  OperationProcessingError,
  processDiscoveryResponse,
} from 'oauth4webapi';
import type { BoundedFetch } from './bounded-fetch.js';
import { TokenRequestError } from '../errors.js';

/** What discovery needs. */
export interface MetadataOptions {
  /** The issuer identifier, a URL. */
  readonly issuer: string;
  /** Replaces discovery. */
  readonly tokenEndpoint: string | undefined;
  readonly useMtlsAliases: boolean;
  readonly fetch: BoundedFetch;
  readonly clock: () => number;
}

/** How long metadata is used before it is fetched again. */
const MAX_AGE_MS = 3_600_000;

/**
 * Creates a function that reads an issuer's metadata: fetched when first needed, once for all
 * callers that wait, and again when it is an hour old. When that fails, the old metadata stays in
 * use, because it contains only a URL.
 *
 * The function rejects with a {@link TokenRequestError}: `issuer`, `token_endpoint`, or the reason
 * why there is no document.
 *
 * @see RFC 8414 §3; OpenID Connect Discovery 1.0 §4
 */
export function createMetadataSource(options: MetadataOptions): () => Promise<AuthorizationServer> {
  const { issuer, tokenEndpoint, clock } = options;
  if (tokenEndpoint !== undefined) {
    const configured: AuthorizationServer = { issuer, token_endpoint: tokenEndpoint };
    return () => Promise.resolve(configured);
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

  return async function readIssuerMetadata() {
    if (held !== undefined && clock() - held.fetchedAt < MAX_AGE_MS) return held.metadata;
    flight ??= refresh();
    return await flight;
  };
}

async function discover(options: MetadataOptions): Promise<AuthorizationServer> {
  return await readMetadata(new URL(options.issuer), {
    read: (url) => fetchMetadata(url, options),
    isFailure: (error) => error instanceof TokenRequestError,
    createError: findDecisiveError,
  });
}

async function fetchMetadata(
  { href }: URL,
  options: MetadataOptions,
): Promise<AuthorizationServer> {
  const headers = { accept: 'application/json' };
  const response = await options.fetch(href, { method: 'GET', headers, body: undefined });
  if (response.status !== 200) throw new TokenRequestError('status', { status: response.status });
  const metadata = await readDocument(new URL(options.issuer), response);
  // RFC 8414 §3.3: identical, or the data MUST NOT be used. oauth4webapi compares parsed URLs.
  if (metadata.issuer !== options.issuer) throw new TokenRequestError('issuer');
  // A token request needs nothing else; the rest of the document is not kept.
  return { issuer: metadata.issuer, token_endpoint: readTokenEndpoint(metadata, options) };
}

async function readDocument(issuer: URL, response: Response): Promise<AuthorizationServer> {
  try {
    return await processDiscoveryResponse(issuer, asJson(response));
  } catch (error) {
    // Neither the error nor its cause is kept: they contain the document.
    const isComparison =
      error instanceof OperationProcessingError && error.code === JSON_ATTRIBUTE_COMPARISON;
    throw new TokenRequestError(isComparison ? 'issuer' : 'json');
  }
}

/**
 * Static hosts serve JSON as `text/plain` or without a media type, which oauth4webapi refuses. HTML
 * stays refused, because it is a login page or an error page.
 */
function asJson(response: Response): Response {
  const headers = new Headers(response.headers);
  if (!/^text\/html\b/i.test(headers.get('content-type') ?? '')) {
    headers.set('content-type', 'application/json');
  }
  return new Response(response.body, { status: response.status, headers });
}

/** RFC 8705 §5: the alias replaces the endpoint for clients with a certificate. */
function readTokenEndpoint(
  metadata: AuthorizationServer,
  { issuer, useMtlsAliases }: MetadataOptions,
): string {
  const alias = useMtlsAliases ? metadata.mtls_endpoint_aliases?.token_endpoint : undefined;
  const url = parseUrl(alias ?? metadata.token_endpoint);
  const isAllowed =
    url !== undefined && isUsableEndpoint(url) && isReferenceAllowed(url, new URL(issuer));
  if (!isAllowed) throw new TokenRequestError('token_endpoint');
  return url.href;
}
