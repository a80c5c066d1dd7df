/**
 * Serves protected resource metadata: what a client must know before it requests a token.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type MetadataOptions, resolveMetadataOptions } from './metadata-options.js';
import { type MetadataMiddleware, showMetadata } from './published-metadata.js';
import type { CredentialLocation } from '../request/credentials.js';
import type { Middleware } from '../request/middleware.js';

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

/**
 * Creates the middleware that serves the document at the root of the application.
 *
 * @throws TypeError An option is unknown or out of range.
 * @see RFC 9728 §2, §3
 */
export function createMetadataEndpoint(
  facts: MetadataFacts,
  options: MetadataOptions,
): MetadataMiddleware {
  const { servers, scopes, members } = resolveMetadataOptions(options, facts);
  const { resource } = facts;
  const document = JSON.stringify({
    resource,
    // RFC 9728 §3.2: parameters with zero values are omitted.
    authorization_servers: servers.length === 0 ? undefined : servers,
    scopes_supported: scopes?.length === 0 ? undefined : scopes,
    bearer_methods_supported: facts.credentials,
    ...members,
  });
  const { pathname, search } = metadataUrl(resource);
  const protectedResourceMetadata: Middleware = (req, res, next) => {
    if (isRequested(req, pathname, search)) sendDocument(req, res, document);
    else next();
  };
  return showMetadata(protectedResourceMetadata, { resource, scopes_supported: scopes });
}

/** Whether a request is for the document; its path is relative to the host, not to the mount path. */
function isRequested(req: IncomingMessage, pathname: string, search: string): boolean {
  const url = (req as IncomingMessage & { readonly originalUrl?: string }).originalUrl ?? req.url;
  const [path, query = ''] = splitOnce((url ?? '').replace(ABSOLUTE_FORM, ''), '?');
  return path === pathname && (search === '' || `?${query}` === search);
}

function splitOnce(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

const ALLOWED_METHODS = 'GET, HEAD, OPTIONS';

function sendDocument({ method }: IncomingMessage, res: ServerResponse, document: string): void {
  // The document is public: scripts from any origin may read it.
  res.setHeader('Access-Control-Allow-Origin', '*');
  if (method !== 'GET' && method !== 'HEAD') {
    res.statusCode = method === 'OPTIONS' ? 204 : 405;
    res.setHeader('Allow', ALLOWED_METHODS);
    if (method === 'OPTIONS') allowPreflight(res);
    res.end();
    return;
  }
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Cache-Control', 'public, max-age=3600');
  res.setHeader('Content-Length', Buffer.byteLength(document));
  res.end(document);
}

/**
 * Allows every request header, because the document ignores them all, and clients send some that are
 * not safelisted, such as `MCP-Protocol-Version`. The Fetch Standard does not count `Authorization` as part of `*`.
 */
function allowPreflight(res: ServerResponse): void {
  res.setHeader('Access-Control-Allow-Methods', ALLOWED_METHODS);
  res.setHeader('Access-Control-Allow-Headers', '*, Authorization');
  res.setHeader('Access-Control-Max-Age', 86_400);
}
