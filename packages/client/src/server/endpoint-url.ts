/**
 * Which URLs credentials and tokens may go to.
 *
 * @module
 */
import { isConfidentialUrl } from '@scopegate/protocol';

/** Says whether a URL holds a user name or a password. */
export function hasUserinfo(url: URL): boolean {
  return url.username !== '' || url.password !== '';
}

/**
 * Says whether a URL can be a token endpoint: confidential, no credentials, no fragment.
 *
 * @see RFC 6749 §3.2
 */
export function isUsableEndpoint(url: URL): boolean {
  return isConfidentialUrl(url) && !hasUserinfo(url) && !url.href.includes('#');
}
