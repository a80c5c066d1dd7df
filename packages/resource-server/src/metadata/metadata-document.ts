/**
 * Protected resource metadata: what a client must know before it requests a token.
 *
 * @module
 */
import type { SenderConstraint } from '@scopegate/access-token';
import { type MetadataOptions, resolveMetadataOptions } from './metadata-options.js';
import type { CredentialLocation } from '../request/credentials.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** The scheme and authority of a request-target in absolute-form. RFC 9112 §3.2.2. */
const ABSOLUTE_FORM = /^https?:\/\/[^/?#]*/i;

/** What the document says about the resource server. */
export interface MetadataFacts {
  /** The resource identifier, as configured. */
  readonly resource: string;
  readonly issuers: readonly string[];
  readonly scopes: readonly string[] | undefined;
  readonly credentials: readonly CredentialLocation[];
  /** The algorithms of proofs; `undefined` when none are accepted. */
  readonly dpopAlgorithms?: readonly string[] | undefined;
  /** What every token must be bound to; `undefined` when tokens need not be bound. */
  readonly senderConstraint?: SenderConstraint | undefined;
}

/**
 * Returns the URL of a resource's metadata document.
 *
 * @see RFC 9728 §3.1: the well-known path goes between host and path; a slash directly after the
 *   host is removed
 */
export function metadataUrl(resource: string): URL {
  const { origin, pathname, search } = new URL(resource);
  return new URL(`${WELL_KNOWN}${pathname === '/' ? '' : pathname}${search}`, origin);
}

/** The response to a request for the document. */
export interface MetadataResponse {
  /** The status code: 200, 204 or 405. */
  readonly status: number;
  /** The header fields by name. Frozen. */
  readonly headers: Readonly<Record<string, string>>;
  /** The document as JSON, empty for methods other than `GET`. */
  readonly body: string;
}

/** The metadata document of a resource. */
export interface MetadataDocument {
  /** The URL of the document. Its path is relative to the host, wherever the API is mounted. */
  readonly url: string;
  /** The resource identifier, as configured. */
  readonly resource: string;
  /** The scopes that the document lists; `undefined` if it does not have the member. */
  readonly scopes_supported: readonly string[] | undefined;
  /**
   * Responds to requests for the document, and to their CORS preflights.
   *
   * @param method - The request method.
   * @param target - The request target: a path with its query, or an absolute URL.
   * @returns `undefined` if the request is for anything else.
   * @see RFC 9728 §3
   */
  respond(method: string | undefined, target: string | undefined): MetadataResponse | undefined;
}

/**
 * Creates the document.
 *
 * @throws TypeError An option is unknown or out of range.
 * @see RFC 9728 §2, §3
 */
export function createMetadataDocument(
  facts: MetadataFacts,
  options: MetadataOptions,
): MetadataDocument {
  const { servers, scopes, members } = resolveMetadataOptions(options, facts);
  const { resource, senderConstraint } = facts;
  const document = JSON.stringify({
    resource,
    // RFC 9728 §3.2: parameters with zero values are omitted.
    authorization_servers: servers.length === 0 ? undefined : servers,
    scopes_supported: scopes?.length === 0 ? undefined : scopes,
    bearer_methods_supported: facts.credentials,
    dpop_signing_alg_values_supported: facts.dpopAlgorithms,
    // RFC 9728 §2: both are false by default.
    dpop_bound_access_tokens_required: senderConstraint === 'dpop' ? true : undefined,
    tls_client_certificate_bound_access_tokens: senderConstraint === 'mtls' ? true : undefined,
    ...members,
  });
  const url = metadataUrl(resource);
  return Object.freeze({
    url: url.href,
    resource,
    scopes_supported: scopes && Object.freeze([...scopes]),
    respond: (method: string | undefined, target: string | undefined) =>
      isRequested(target, url) ? responseTo(method, document) : undefined,
  });
}

function isRequested(target: string | undefined, { pathname, search }: URL): boolean {
  const [path, query = ''] = splitOnce((target ?? '').replace(ABSOLUTE_FORM, ''), '?');
  return path === pathname && (search === '' || `?${query}` === search);
}

function splitOnce(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

const METHODS = 'GET, HEAD, OPTIONS';

// The document is public: scripts from any origin may read it.
const ANY_ORIGIN = { 'Access-Control-Allow-Origin': '*' };

/** With the length, because servers of the Fetch Standard send an unknown one in chunks. */
const NOT_ALLOWED = Object.freeze({ ...ANY_ORIGIN, Allow: METHODS, 'Content-Length': '0' });

/**
 * Allows every request header, because the document ignores them all, and clients send some that are
 * not safelisted, such as `MCP-Protocol-Version`. The Fetch Standard does not count `Authorization` as part of `*`.
 */
const PREFLIGHT = Object.freeze({
  ...ANY_ORIGIN,
  Allow: METHODS,
  'Access-Control-Allow-Methods': METHODS,
  'Access-Control-Allow-Headers': '*, Authorization',
  'Access-Control-Max-Age': '86400',
});

function responseTo(method: string | undefined, document: string): MetadataResponse {
  if (method === 'OPTIONS') return { status: 204, headers: PREFLIGHT, body: '' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers: NOT_ALLOWED, body: '' };
  const headers = Object.freeze({
    ...ANY_ORIGIN,
    'Content-Type': 'application/json',
    'Cache-Control': 'public, max-age=3600',
    'Content-Length': String(new TextEncoder().encode(document).length),
  });
  return { status: 200, headers, body: method === 'GET' ? document : '' };
}
