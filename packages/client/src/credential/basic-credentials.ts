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

/**
 * Finds out whether a server that does not decode Basic credentials would read a different id or secret
 * than it has registered.
 *
 * @returns What to do, without the secret; `undefined` when the encoding changes nothing.
 */
export function findEncodingHint(clientId: string, secret: string): string | undefined {
  const changed = [
    ...(formEncode(clientId) === clientId ? [] : ['client id']),
    ...(formEncode(secret) === secret ? [] : ['client secret']),
  ];
  if (changed.length === 0) return undefined;
  const verb = changed.length === 1 ? 'changes' : 'change';
  const what = `the ${changed.join(' and the ')} ${verb} under form encoding`;
  return `${what}, which some servers do not decode; if this one does not, use clientSecretPost()`;
}

function formEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}
