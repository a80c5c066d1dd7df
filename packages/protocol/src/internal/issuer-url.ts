/**
 * Issuer identifiers, and the URLs of their metadata.
 *
 * @module
 */
import { hasUserinfo, parseUrl } from './https-url.js';

/**
 * Parses an issuer identifier: an http or https URL without query, fragment, white space and
 * credentials.
 *
 * Whether http is acceptable is for the caller to decide.
 *
 * @returns The URL; `undefined` for any other value.
 * @see RFC 8414 §2
 */
export function parseIssuer(value: unknown): URL | undefined {
  const url = parseUrl(value);
  if (url === undefined || !/^https?:$/.test(url.protocol) || hasUserinfo(url)) return undefined;
  // By its spelling: URL parsers drop white space, and an empty query or fragment.
  return /[?#\s]/.test(String(value)) ? undefined : url;
}

/**
 * The URLs at which an issuer may publish its metadata, in the order in which they are asked: that of
 * RFC 8414, then that of OpenID Connect Discovery.
 *
 * @see RFC 8414 §3.1, §5; OpenID Connect Discovery 1.0 §4
 */
export function metadataUrls({ origin, pathname }: URL): readonly [oauth: URL, openid: URL] {
  const path = pathname.replace(/\/$/, '');
  return [
    new URL(`${origin}/.well-known/oauth-authorization-server${path}`),
    new URL(`${origin}${path}/.well-known/openid-configuration`),
  ];
}

const WITHOUT_DOCUMENT: ReadonlySet<unknown> = new Set([
  'status',
  'redirect',
  'media_type',
  'json',
]);

/**
 * Reads an issuer's metadata at the first of its URLs, and at the second if the first has none.
 *
 * A server without RFC 8414 responds with a 404, a login page or a redirect to one. In an outage the
 * second URL is not asked, because it is unavailable as well.
 *
 * @param read - Reads the metadata at one URL. It rejects with an error whose `reason` is `status`,
 *   `redirect`, `media_type` or `json` when there is none.
 */
export async function readMetadata<Metadata>(
  issuer: URL,
  read: (url: URL) => Promise<Metadata>,
): Promise<Metadata> {
  const [oauth, openid] = metadataUrls(issuer);
  try {
    return await read(oauth);
  } catch (error) {
    if (!isWithoutDocument(error)) throw error;
    return await read(openid);
  }
}

function isWithoutDocument(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && WITHOUT_DOCUMENT.has(error.reason);
}
