/**
 * Authorization server metadata: where an issuer publishes its keys.
 *
 * @module
 */
import {
  ExchangeError,
  type ExchangeOptions,
  type ExchangeReason,
  exchangeJson,
  isPlainObject,
  isReferenceAllowed,
} from '@scopegate/protocol/internal';
import { KeySetMalformedError } from './key-set-errors.js';

/** How to ask an issuer for its metadata. */
export interface MetadataRequest {
  /** The issuer identifier, an URL. */
  readonly issuer: string;
  readonly exchange: ExchangeOptions;
  /** Takes http URLs from the document, too. */
  readonly allowHttp: boolean;
}

/** The one member of the metadata that a resource server needs. */
export interface DiscoveredJwksUri {
  readonly jwksUri: URL;
  readonly headers: Headers;
}

// An answer came, and it was no document: servers without RFC 8414 send a 404, a login page or a
// redirect to one. In an outage the second place is down as well, so it is not asked.
const NOT_FOUND_THERE: ReadonlySet<ExchangeReason> = new Set([
  'status',
  'redirect',
  'media_type',
  'json',
]);

/**
 * Discovers an issuer's `jwks_uri`.
 *
 * @throws ExchangeError When neither place gives a document.
 * @throws KeySetMalformedError When the document is unusable, another issuer's above all: then all
 *   of it is discarded.
 * @see RFC 8414 §3.1, §3.3, §5; OpenID Connect Discovery 1.0 §4
 */
export async function discoverJwksUri(request: MetadataRequest): Promise<DiscoveredJwksUri> {
  const issuer = new URL(request.issuer);
  try {
    return await fetchMetadata(oauthMetadataUrl(issuer), request);
  } catch (error) {
    if (!(error instanceof ExchangeError) || !NOT_FOUND_THERE.has(error.reason)) throw error;
    return await fetchMetadata(openidConfigurationUrl(issuer), request);
  }
}

async function fetchMetadata(url: URL, request: MetadataRequest): Promise<DiscoveredJwksUri> {
  const answer = await exchangeJson(url, request.exchange);
  const document = answer.status === 200 ? answer.body : undefined;
  if (!isPlainObject(document)) throw new KeySetMalformedError('metadata', url);
  // RFC 8414 §3.3: identical, or the data MUST NOT be used.
  if (document['issuer'] !== request.issuer) throw new KeySetMalformedError('issuer', url);
  const jwksUri = readJwksUri(document['jwks_uri'], request);
  if (jwksUri === undefined) throw new KeySetMalformedError('jwks_uri', url);
  return { jwksUri, headers: answer.headers };
}

function readJwksUri(value: unknown, { issuer, allowHttp }: MetadataRequest): URL | undefined {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || isReferenceAllowed(url, new URL(issuer))) return url;
  return allowHttp && isHttpUrl(url) ? url : undefined;
}

function isHttpUrl({ protocol, username, password }: URL): boolean {
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/** RFC 8414 §3.1: between host and path, a trailing slash of the path removed. */
function oauthMetadataUrl(issuer: URL): URL {
  return new URL(`/.well-known/oauth-authorization-server${pathOf(issuer)}`, issuer);
}

/** OpenID Connect Discovery 1.0 §4: behind the path. */
function openidConfigurationUrl(issuer: URL): URL {
  return new URL(`${issuer.origin}${pathOf(issuer)}/.well-known/openid-configuration`);
}

function pathOf(issuer: URL): string {
  return issuer.pathname.replace(/\/$/, '');
}
