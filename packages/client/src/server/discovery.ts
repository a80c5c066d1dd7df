/**
 * Authorization server metadata: the token endpoint of an issuer.
 *
 * @module
 */
import {
  findDecisiveError,
  isReferenceAllowed,
  isTransportAllowed,
  isUsableEndpoint,
  parseUrl,
  readMetadata,
  TRANSPORT_RULE,
  type TransportRules,
} from '@scopegate/protocol/internal';
import {
  type AuthorizationServer,
  JSON_ATTRIBUTE_COMPARISON,
  OperationProcessingError,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { type BoundedFetch, describeRequest } from './bounded-fetch.js';
import { TokenRequestError } from '../errors.js';

/** What discovery needs. */
export interface MetadataOptions extends TransportRules {
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
 * why the metadata could not be read.
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
  const what = describeRequest('GET', href);
  const headers = { accept: 'application/json' };
  const response = await options.fetch(href, { method: 'GET', headers, body: undefined });
  const { status } = response;
  if (status !== 200) {
    const detail = `${what} answered ${status} instead of 200`;
    throw new TokenRequestError('status', { status, detail });
  }
  const metadata = await readDocument(response, { issuer: options.issuer, what });
  // A token request needs nothing else; the rest of the document is not kept.
  return { issuer: metadata.issuer, token_endpoint: readTokenEndpoint(metadata, what, options) };
}

/** The document that a request is expected to return. */
interface ExpectedDocument {
  readonly issuer: string;
  /** Describes the request. */
  readonly what: string;
}

async function readDocument(
  response: Response,
  { issuer, what }: ExpectedDocument,
): Promise<AuthorizationServer> {
  const metadata = await parseDocument(response, { issuer, what });
  // RFC 8414 §3.3: identical, or the data MUST NOT be used. oauth4webapi compares parsed URLs.
  if (metadata.issuer === issuer) return metadata;
  throw createIssuerError({ issuer, what });
}

async function parseDocument(
  response: Response,
  expected: ExpectedDocument,
): Promise<AuthorizationServer> {
  try {
    return await processDiscoveryResponse(new URL(expected.issuer), response);
  } catch (error) {
    // Neither the error nor its cause is kept: they contain the document.
    const isComparison =
      error instanceof OperationProcessingError && error.code === JSON_ATTRIBUTE_COMPARISON;
    if (isComparison) throw createIssuerError(expected);
    const detail = `${expected.what} answered 200 without a JSON object that has an "issuer"`;
    throw new TokenRequestError('json', { detail });
  }
}

function createIssuerError({ issuer, what }: ExpectedDocument): TokenRequestError {
  const detail = `${what} answered with an "issuer" that is not identical to "${issuer}"`;
  return new TokenRequestError('issuer', { detail });
}

/** RFC 8705 §5: the alias replaces the endpoint for clients with a certificate. */
function readTokenEndpoint(
  metadata: AuthorizationServer,
  what: string,
  options: MetadataOptions,
): string {
  const alias = options.useMtlsAliases ? metadata.mtls_endpoint_aliases?.token_endpoint : undefined;
  const endpoint = alias ?? metadata.token_endpoint;
  const url = parseUrl(endpoint);
  const isAllowed =
    url !== undefined &&
    isUsableEndpoint(url, options) &&
    isReferenceAllowed(url, new URL(options.issuer), options);
  // As written, because it may be the audience of an assertion, which servers compare as a string.
  if (isAllowed && endpoint !== undefined) return endpoint;
  const isPlainHttp = url !== undefined && !isTransportAllowed(url, options);
  const rule = isPlainHttp
    ? TRANSPORT_RULE
    : 'must be an https URL without fragment or credentials';
  const detail = `${what} answered with a "token_endpoint" that is missing or not allowed; it ${rule}`;
  throw new TokenRequestError('token_endpoint', { detail });
}
