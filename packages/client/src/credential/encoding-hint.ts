/**
 * The hint for servers that do not decode Basic credentials.
 *
 * @module
 */
import { formEncode } from '@scopegate/protocol/internal';

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
