/**
 * Authorization server metadata: the well-known URLs of an issuer, and which of them is read.
 *
 * @module
 */
import { isError } from './hook.js';

/** A well-known location of metadata: that of RFC 8414, or that of OpenID Connect Discovery. */
export type MetadataPlace = 'oauth2' | 'oidc';

/** The reasons of errors that mean that the issuer responded, but not with a document. */
const NO_DOCUMENT: ReadonlySet<unknown> = new Set(['status', 'redirect', 'media_type', 'json']);

/**
 * Reads metadata from the first well-known location that has a document.
 *
 * The second location is tried only when the first responds without a document: servers that do not
 * support RFC 8414 send a 404, a login page or a redirect to one. In an outage the second location
 * is down as well.
 *
 * @param read - Fetches and checks the document at one location; its errors have a `reason`.
 * @throws The error of `read` for the last location that was tried.
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
 * Returns the URL of an issuer's metadata.
 *
 * RFC 8414 §3.1 inserts the well-known path between host and path; OpenID Connect Discovery 1.0 §4
 * appends it to the path. Both remove a trailing slash of the path first.
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
