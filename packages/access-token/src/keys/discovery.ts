/**
 * Authorization server metadata: where an issuer publishes its keys, and where it is asked about tokens.
 *
 * @module
 */
import {
  type ExchangeOptions,
  exchangeJson,
  hasUserinfo,
  isPlainObject,
  isReferenceAllowed,
  parseUrl,
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

/** A member of the metadata that is the URL of something else. RFC 8414 §2. */
export type MetadataMember = 'jwks_uri' | 'introspection_endpoint';

/** A URL that the metadata contains. */
export interface DiscoveredUrl {
  readonly found: URL;
  /** Of the metadata document. */
  readonly headers: Headers;
  /** The URL of the metadata document. */
  readonly url: URL;
  readonly hasExpectedMediaType: boolean;
}

/**
 * Discovers the URL that a member of an issuer's metadata contains, in the first usable document of its
 * well-known locations.
 *
 * A document that names another issuer is discarded, and so is one without a usable member; then
 * the next location is tried. This also follows a 5xx, because gateways send any status for URLs that
 * they do not serve, and the next document has to name the issuer as well. It does not follow a
 * timeout or a network error, because all locations are on one host.
 *
 * @throws DiscoveryError Several locations were tried, and none has a usable document.
 * @throws ExchangeError No response came from the first location.
 * @see RFC 8414 §3.1, §3.3, §5; OpenID Connect Discovery 1.0 §4
 */
export async function discoverUrl(
  name: MetadataMember,
  request: MetadataRequest,
): Promise<DiscoveredUrl> {
  const { issuer, exchange } = request;
  const endsAt = performance.now() + exchange.timeoutMs;
  return await readMetadata(new URL(issuer), {
    read: (url) => {
      const timeoutMs = Math.max(1, Math.ceil(endsAt - performance.now()));
      return fetchMetadata(url, name, { ...request, exchange: { ...exchange, timeoutMs } });
    },
    isFailure: isDocumentError,
    createError: (failures) => new DiscoveryError(issuer, name, failures),
  });
}

async function fetchMetadata(
  url: URL,
  name: MetadataMember,
  request: MetadataRequest,
): Promise<DiscoveredUrl> {
  const answer = await exchangeJson(url, request.exchange);
  const document = answer.status === 200 ? answer.body : undefined;
  if (answer.status !== 200 || !isPlainObject(document)) {
    throw new KeySetMalformedError('metadata', url);
  }
  // RFC 8414 §3.3: identical, or the data MUST NOT be used.
  if (document['issuer'] !== request.issuer) throw new KeySetMalformedError('issuer', url);
  const found = parseUrl(document[name]);
  if (found === undefined || !isUsable[name](found, request)) {
    throw new KeySetMalformedError(name, url);
  }
  const { headers, hasExpectedMediaType } = answer;
  return { found, headers, url, hasExpectedMediaType };
}

/** Whether a URL in the metadata may be requested. */
const isUsable: Readonly<Record<MetadataMember, (url: URL, request: MetadataRequest) => boolean>> =
  {
    jwks_uri: (url, { issuer, allowHttp }) =>
      isReferenceAllowed(url, new URL(issuer)) || (allowHttp && isHttpUrl(url)),
    // Tokens and credentials are sent to it.
    introspection_endpoint: (url, { issuer, allowHttp }) =>
      isReferenceAllowed(url, new URL(issuer), { allowHttp }) && !url.href.includes('#'),
  };

function isHttpUrl(url: URL): boolean {
  return /^https?:$/.test(url.protocol) && !hasUserinfo(url);
}
