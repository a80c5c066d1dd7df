/**
 * The options that say who a client is, and at which server.
 *
 * @module
 */
import {
  assertNotMetadataUrl,
  hasUserinfo,
  invalidOption,
  isTransportAllowed,
  isUsableEndpoint,
  parseIssuer,
  parseUrl,
  TRANSPORT_RULE,
  type TransportRules,
} from '@scopegate/protocol/internal';

/**
 * Checks the option `issuer`.
 *
 * @throws TypeError It is not an issuer identifier.
 */
export function assertIssuer(issuer: unknown, rules: TransportRules): void {
  const url = parseIssuer(issuer);
  if (url === undefined || hasUserinfo(url)) {
    throw invalidOption('issuer', 'must be an https URL without query, fragment or credentials');
  }
  assertNotMetadataUrl(url, 'issuer');
  if (!isTransportAllowed(url, rules)) throw invalidOption('issuer', TRANSPORT_RULE);
}

/**
 * Checks the option `clientId`.
 *
 * @throws TypeError It is not a client id.
 */
export function assertClientId(clientId: unknown): void {
  // RFC 6749 §A.1.
  if (typeof clientId === 'string' && /^[\x20-\x7e]+$/.test(clientId)) return;
  throw invalidOption('clientId', 'must be a non-empty string of printable ASCII characters');
}

/**
 * Checks the option `tokenEndpoint`.
 *
 * @throws TypeError It is not the URL of an endpoint.
 */
export function assertTokenEndpoint(tokenEndpoint: unknown, rules: TransportRules): void {
  const url = parseUrl(tokenEndpoint);
  if (url !== undefined && isUsableEndpoint(url, rules)) return;
  if (url !== undefined && !isTransportAllowed(url, rules)) {
    throw invalidOption('tokenEndpoint', TRANSPORT_RULE);
  }
  throw invalidOption('tokenEndpoint', 'must be an https URL without fragment or credentials');
}
