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
  metadataUrl,
  readMetadata,
} from '@scopegate/protocol/internal';
import { KeySetMalformedError } from './key-set-errors.js';

/** A request for an issuer's metadata. */
export interface MetadataRequest {
  /** The issuer identifier, a URL. */
  readonly issuer: string;
  readonly exchange: ExchangeOptions;
  /** Also accepts http URLs in the document. */
  readonly allowHttp: boolean;
}

/** The only member of the metadata that a resource server needs. */
export interface DiscoveredJwksUri {
  readonly jwksUri: URL;
  readonly headers: Headers;
}

/**
 * Discovers an issuer's `jwks_uri`.
 *
 * @throws ExchangeError Neither well-known location has a document.
 * @throws KeySetMalformedError The document is unusable, for example because it names another issuer:
 *   then all of it is discarded.
 * @see RFC 8414 §3.1, §3.3, §5; OpenID Connect Discovery 1.0 §4
 */
export async function discoverJwksUri(request: MetadataRequest): Promise<DiscoveredJwksUri> {
  const issuer = new URL(request.issuer);
  return await readMetadata((place) => fetchMetadata(metadataUrl(issuer, place), request));
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

function isHttpUrl(url: URL): boolean {
  return /^https?:$/.test(url.protocol) && !hasUserinfo(url);
}
