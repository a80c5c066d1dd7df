/**
 * Basic credentials of a client. RFC 6749 §2.3.1, §B.
 *
 * @module
 */

/**
 * Formats the value of the `Authorization` header.
 *
 * RFC 6749 form-encodes both parts, but many servers do not decode them. As few characters as possible
 * are therefore encoded: those that `encodeURIComponent` does not encode, such as the `-` of an id and the
 * `_` of a base64url secret, are the same with and without decoding.
 *
 * @throws URIError A part contains half of a surrogate pair.
 */
export function formatBasicCredentials(clientId: string, secret: string): string {
  const credentials = `${formEncode(clientId)}:${formEncode(secret)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

/** Encodes a text as a member of `application/x-www-form-urlencoded`. RFC 6749 §B. */
export function formEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}
