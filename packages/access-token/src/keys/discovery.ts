/**
 * Authorization server metadata: where an issuer publishes its keys.
 *
 * @module
 */
import {
  type ExchangeOptions,
  exchangeJson,
  hasUserinfo,
  isPlainObject,
  isReferenceAllowed,
  readMetadata,
} from '@scopegate/protocol/internal';
import { DiscoveryError } from './discovery-error.js';
import { isDocumentError, KeySetMalformedError } from './key-set-errors.js';

/** A request for an issuer's metadata. */
export interface MetadataRequest {
  /** The issuer identifier, a URL. */
  readonly issuer: string;
  /** `timeoutMs` is the time limit of the whole discovery, at most three requests. */
  readonly exchange: ExchangeOptions;
  /** Also accepts http URLs in the document. */
  readonly allowHttp: boolean;
}

/** The only member of the metadata that a resource server needs. */
export interface DiscoveredJwksUri {
  readonly jwksUri: URL;
  /** Of the metadata document. */
  readonly headers: Headers;
  /** The URL of the metadata document. */
  readonly url: URL;
  readonly hasExpectedMediaType: boolean;
}

/**
 * Discovers an issuer's `jwks_uri` in the first usable document of its well-known locations.
 *
 * A document that names another issuer is discarded, and so is one without a usable `jwks_uri`; then
 * the next location is tried. This also follows a 5xx, because gateways send any status for URLs that
 * they do not serve, and the next document has to name the issuer as well. It does not follow a
 * timeout or a network error, because all locations are on one host.
 *
 * @throws DiscoveryError Several locations were tried, and none has a usable document.
 * @throws ExchangeError No response came from the first location.
 * @see RFC 8414 §3.1, §3.3, §5; OpenID Connect Discovery 1.0 §4
 */
export async function discoverJwksUri(request: MetadataRequest): Promise<DiscoveredJwksUri> {
  const { issuer, exchange } = request;
  const endsAt = performance.now() + exchange.timeoutMs;
  return await readMetadata(new URL(issuer), {
    read: (url) => {
      const timeoutMs = Math.max(1, Math.ceil(endsAt - performance.now()));
      return fetchMetadata(url, { ...request, exchange: { ...exchange, timeoutMs } });
    },
    isFailure: isDocumentError,
    createError: (failures) => new DiscoveryError(issuer, failures),
  });
}

async function fetchMetadata(url: URL, request: MetadataRequest): Promise<DiscoveredJwksUri> {
  const answer = await exchangeJson(url, request.exchange);
  const document = answer.status === 200 ? answer.body : undefined;
  if (answer.status !== 200 || !isPlainObject(document)) {
    throw new KeySetMalformedError('metadata', url);
  }
  // RFC 8414 §3.3: identical, or the data MUST NOT be used.
  if (document['issuer'] !== request.issuer) throw new KeySetMalformedError('issuer', url);
  const jwksUri = readJwksUri(document['jwks_uri'], request);
  if (jwksUri === undefined) throw new KeySetMalformedError('jwks_uri', url);
  const { headers, hasExpectedMediaType } = answer;
  return { jwksUri, headers, url, hasExpectedMediaType };
}

function readJwksUri(value: unknown, { issuer, allowHttp }: MetadataRequest): URL | undefined {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || isReferenceAllowed(url, new URL(issuer))) return url;
  return allowHttp && isHttpUrl(url) ? url : undefined;
}

function isHttpUrl(url: URL): boolean {
  return /^https?:$/.test(url.protocol) && !hasUserinfo(url);
}
