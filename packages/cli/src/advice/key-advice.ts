/**
 * Advice on the findings about keys.
 *
 * @module
 */
import type { Advice } from './advice.js';

/** The names of the findings about keys. */
export type KeyCode =
  | 'jwks_missing'
  | 'jwks_status'
  | 'jwks_redirect'
  | 'jwks_html'
  | 'jwks_media_type'
  | 'jwks_broken'
  | 'jwks_shape'
  | 'jwks_too_many_keys'
  | 'no_usable_key'
  | 'key_private'
  | 'key_weak'
  | 'key_malformed'
  | 'key_unsupported'
  | 'key_not_for_signatures'
  | 'kid_missing'
  | 'kid_duplicate'
  | 'key_alg_missing'
  | 'key_use_missing';

/** The advice on each finding. */
export const KEY_ADVICE: Readonly<Record<KeyCode, Advice>> = {
  jwks_missing: {
    severity: 'error',
    rfc: 'RFC 7517 §5',
    why: 'without keys no token can be verified',
    fix: 'publish the JWKS at this URL, or name the correct one in "jwks_uri", or with --jwks-uri',
  },
  jwks_status: {
    severity: 'error',
    rfc: 'RFC 7517 §5',
    why: 'without keys no token can be verified',
    fix: 'serve the JWKS with status 200, without requiring credentials; the log of the authorization server shows the cause',
  },
  jwks_html: {
    severity: 'error',
    rfc: 'RFC 7517 §8.5.2',
    why: 'an HTML page, such as a login page or an error page, contains no keys',
    fix: 'serve the JWKS, without requiring credentials',
  },
  jwks_media_type: {
    severity: 'warning',
    rfc: 'RFC 7517 §8.5.2',
    why: 'other libraries may refuse the document',
    fix: 'serve it with the media type application/jwk-set+json or application/json',
  },
  jwks_broken: {
    severity: 'error',
    rfc: 'RFC 7517 §5',
    why: 'without keys no token can be verified',
    fix: 'serve one JSON object of at most 512 KiB',
  },
  jwks_redirect: {
    severity: 'error',
    rfc: 'RFC 8414 §2',
    why: 'redirects are not followed, because they can lead to untrusted keys',
    fix: 'set "jwks_uri" to the URL that the redirect leads to',
  },
  jwks_shape: {
    severity: 'error',
    rfc: 'RFC 7517 §5.1',
    why: 'a document that is not a JWKS contains no keys',
    fix: 'publish an object with an array "keys"',
  },
  jwks_too_many_keys: {
    severity: 'error',
    rfc: 'RFC 7517 §5',
    why: 'a JWKS with more than 256 keys is refused, because importing it would block the API',
    fix: 'publish only the current keys, the next ones and the previous ones',
  },
  no_usable_key: {
    severity: 'error',
    rfc: 'RFC 7517 §5',
    why: 'without a usable key no token can be verified',
    fix: 'publish an RSA key of at least 2048 bits, or a key on P-256, P-384, P-521 or Ed25519',
  },
  key_private: {
    severity: 'error',
    rfc: 'RFC 7517 §9.2',
    why: 'anyone who reads the document can sign tokens',
    fix: 'revoke the key immediately and publish only public members',
  },
  key_weak: {
    severity: 'error',
    rfc: 'RFC 7518 §3.3',
    why: 'a weak key can be broken, so it is not used',
    fix: 'replace it with an EC key or with an RSA key of at least 2048 bits and exponent 65537',
  },
  key_malformed: {
    severity: 'warning',
    rfc: 'RFC 7517 §4',
    why: 'a malformed key cannot verify anything',
    fix: 'publish the members that the key type requires, in canonical base64url',
  },
  key_unsupported: {
    severity: 'info',
    rfc: 'RFC 7518 §3.1',
    why: 'tokens signed with this key are refused',
    fix: 'sign access tokens with one of the other keys',
  },
  key_not_for_signatures: {
    severity: 'info',
    rfc: 'RFC 7517 §4.2',
    why: 'the key is for another use, so no signature is verified with it',
    fix: 'none if this is intended; otherwise publish "use": "sig"',
  },
  kid_missing: {
    severity: 'warning',
    rfc: 'RFC 7517 §4.5',
    why: 'keys cannot be distinguished, so rotation is slow and error-prone',
    fix: 'give every key a "kid" and set it in the header of tokens',
  },
  kid_duplicate: {
    severity: 'warning',
    rfc: 'RFC 7517 §4.5',
    why: 'libraries that use only the first key with a "kid" refuse the tokens of the second',
    fix: 'give every key its own "kid"',
  },
  key_alg_missing: {
    severity: 'info',
    rfc: 'RFC 8725 §3.1',
    why: 'each key should be used with only one algorithm, which the document does not name',
    fix: 'publish "alg" with every key',
  },
  key_use_missing: {
    severity: 'info',
    rfc: 'RFC 7517 §4.2',
    why: 'the key may be for signatures or for encryption; the document does not name its use',
    fix: 'publish "use": "sig" with every signing key',
  },
};
