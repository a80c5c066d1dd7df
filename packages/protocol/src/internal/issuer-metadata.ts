/**
 * Authorization server metadata: where an issuer publishes it, and which place is asked.
 *
 * @module
 */
import { isError } from './hook.js';

/** A well-known place of metadata: that of RFC 8414, or that of OpenID Connect Discovery. */
export type MetadataPlace = 'oauth2' | 'oidc';

/** The reasons of errors that mean: the issuer answered, and the answer was not a document. */
const NO_DOCUMENT: ReadonlySet<unknown> = new Set(['status', 'redirect', 'media_type', 'json']);

/**
 * Reads metadata from the first well-known place that has a document.
 *
 * The second place is asked only when the first answered without a document: servers without RFC 8414
 * send a 404, a login page or a redirect to one. In an outage the second place is down as well.
 *
 * @param read - Fetches and checks the document of one place; its errors say why by `reason`.
 * @throws What `read` throws for the last place that was asked.
 * @see RFC 8414 §5
 */
export async function readMetadata<Metadata>(
  read: (place: MetadataPlace) => Promise<Metadata>,
): Promise<Metadata> {
  try {
    return await read('oauth2');
  } catch (error) {
    if (!isDocumentMissing(error)) throw error;
    return await read('oidc');
  }
}

function isDocumentMissing(error: unknown): boolean {
  return isError(error) && 'reason' in error && NO_DOCUMENT.has(error.reason);
}

/**
 * The URL of an issuer's metadata.
 *
 * RFC 8414 §3.1 puts the well-known part between host and path; OpenID Connect Discovery 1.0 §4 puts
 * it after the path. Both remove a trailing slash of the path first.
 */
export function metadataUrl({ origin, pathname }: URL, place: MetadataPlace): URL {
  const path = pathname.replace(/\/$/, '');
  return place === 'oauth2'
    ? new URL(`${origin}/.well-known/oauth-authorization-server${path}`)
    : new URL(`${origin}${path}/.well-known/openid-configuration`);
}

/**
 * Parses an issuer identifier.
 *
 * @returns `undefined` unless the value is a URL without query, fragment and white space.
 * @see RFC 8414 §2
 */
export function parseIssuer(value: unknown): URL | undefined {
  // The URL parser ignores white space around a URL; an issuer identifier has none.
  const isPlain = typeof value === 'string' && !/[?#\s]/.test(value);
  return isPlain && URL.canParse(value) ? new URL(value) : undefined;
}
