/**
 * Fetches one issuer's JWKS: discovery first, then the key set, each only when needed.
 *
 * @module
 */
import { type ExchangeOptions, exchangeJson } from '@scopegate/protocol/internal';
import { type Freshness, readFreshness } from './http-freshness.js';
import { discoverUrl } from './discovery.js';

const MAX_BYTES = 512 * 1024;
const METADATA_MEDIA_TYPES = ['application/json'];
const JWKS_MEDIA_TYPES = ['application/json', 'application/jwk-set+json'];

/** Options of a {@link JwksSource}. */
export interface JwksSourceOptions {
  readonly issuer: string;
  /** The URL of the JWKS; `undefined` for discovery. */
  readonly jwksUri: URL | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  readonly allowHttp: boolean;
  /** Limits the lifetime from the response headers. */
  readonly clampLifetimeMs: (lifetimeMs: number | undefined) => number;
}

/** Identifies one version of a JWKS in a conditional request. RFC 9110 §8.8.3. */
export interface JwksVersion {
  readonly url: string;
  readonly etag: string;
}

/** A JWKS, or the confirmation that the current one has not changed. */
export interface JwksAnswer extends Freshness {
  /** The URL of the JWKS. */
  readonly url: URL;
  /** `undefined` when nothing has changed. */
  readonly changed:
    { readonly jwks: unknown; readonly version: JwksVersion | undefined } | undefined;
  /** The documents of this request, metadata included, that are JSON with another media type. */
  readonly unexpectedMediaTypes: readonly URL[];
}

const NONE: readonly URL[] = Object.freeze([]);

/** Where the JWKS is. */
interface Location {
  readonly jwksUri: URL;
  /** The metadata document, if it was fetched now and has an unexpected media type. */
  readonly unexpected: readonly URL[];
}

/** Fetches one issuer's JWKS, with a conditional request if possible. */
export class JwksSource {
  readonly #options: JwksSourceOptions;
  #discovered: { readonly jwksUri: URL; readonly validUntil: number } | undefined;

  constructor(options: JwksSourceOptions) {
    this.#options = options;
  }

  /**
   * Sends one request for the JWKS, after discovery if it is due.
   *
   * @param nowMs - Milliseconds since the epoch.
   * @param current - The version in use, if any.
   * @throws ExchangeError | KeySetMalformedError | DiscoveryError
   */
  async fetch(
    nowMs: number,
    current: JwksVersion | undefined,
    signal: AbortSignal,
  ): Promise<JwksAnswer> {
    const { jwksUri } = this.#options;
    const located =
      jwksUri === undefined ? await this.#locate(nowMs, signal) : { jwksUri, unexpected: NONE };
    const { jwksUri: url, unexpected } = located;
    const condition = current?.url === url.href ? { 'if-none-match': current.etag } : undefined;
    try {
      const answer = await exchangeJson(url, this.#exchange(JWKS_MEDIA_TYPES, signal, condition));
      const { lifetimeMs } = readFreshness(answer.headers, nowMs);
      if (answer.status === 304) {
        return { url, lifetimeMs, changed: undefined, unexpectedMediaTypes: unexpected };
      }
      const unexpectedMediaTypes = answer.hasExpectedMediaType ? unexpected : [...unexpected, url];
      const version = readVersion(url, answer.headers);
      return { url, lifetimeMs, changed: { jwks: answer.body, version }, unexpectedMediaTypes };
    } catch (error) {
      // The document may have moved: the next attempt discovers it again.
      this.#discovered = undefined;
      throw error;
    }
  }

  async #locate(nowMs: number, signal: AbortSignal): Promise<Location> {
    const { issuer, allowHttp, clampLifetimeMs } = this.#options;
    if (this.#discovered !== undefined && nowMs < this.#discovered.validUntil) {
      return { jwksUri: this.#discovered.jwksUri, unexpected: NONE };
    }
    const exchange = this.#exchange(METADATA_MEDIA_TYPES, signal);
    const discovered = await discoverUrl('jwks_uri', { issuer, exchange, allowHttp });
    const { found: jwksUri, headers, url, hasExpectedMediaType } = discovered;
    const lifetimeMs = clampLifetimeMs(readFreshness(headers, nowMs).lifetimeMs);
    this.#discovered = { jwksUri, validUntil: nowMs + lifetimeMs };
    return { jwksUri, unexpected: hasExpectedMediaType ? NONE : [url] };
  }

  #exchange(
    mediaTypes: readonly string[],
    signal: AbortSignal,
    headers?: Readonly<Record<string, string>>,
  ): ExchangeOptions {
    const { fetch, timeoutMs } = this.#options;
    return { fetch, timeoutMs, maxBytes: MAX_BYTES, mediaTypes, headers, signal };
  }
}

function readVersion(url: URL, headers: Headers): JwksVersion | undefined {
  const etag = headers.get('etag');
  // It is sent back unchanged, so it must be valid in a request header.
  return etag !== null && /^[\x21-\x7e]+$/.test(etag) ? { url: url.href, etag } : undefined;
}
