/**
 * Advice on the keys.
 *
 * @module
 */
import { type Advice, advice } from './advice.js';

/** What can be found of the keys. */
export type KeyCode =
  | 'jwks_unreachable'
  | 'jwks_redirect'
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

/** The advice on each. */
export const KEY_ADVICE: Readonly<Record<KeyCode, Advice>> = {
  jwks_unreachable: advice(
    'error',
    'RFC 7517 §5',
    'without keys no token can be verified',
    'make the document at "jwks_uri" answer with 200 and JSON',
  ),
  jwks_redirect: advice(
    'error',
    'RFC 8414 §2',
    'a redirect can lead to keys that nobody trusts, so it is not followed',
    'name the last address in "jwks_uri"',
  ),
  jwks_shape: advice(
    'error',
    'RFC 7517 §5.1',
    'a document that is no JWKS holds no keys',
    'publish an object with an array "keys"',
  ),
  jwks_too_many_keys: advice(
    'error',
    'RFC 7517 §5',
    'a document of more than 256 keys is refused as a whole, because importing it would block the API',
    'publish the keys that sign today, the next ones and the last ones',
  ),
  no_usable_key: advice(
    'error',
    'RFC 7517 §5',
    'no token can be verified',
    'publish an RSA key of 2048 bits or more, or one on P-256, P-384, P-521 or Ed25519',
  ),
  key_private: advice(
    'error',
    'RFC 7517 §9.2',
    'whoever reads the document can sign any token',
    'revoke the key at once, and publish public members only',
  ),
  key_weak: advice(
    'error',
    'RFC 7518 §3.3',
    'a weak key can be broken, so it is not used',
    'replace it by an RSA key of 2048 bits or more, with exponent 65537, or by an EC key',
  ),
  key_malformed: advice(
    'warning',
    'RFC 7517 §4',
    'a key that cannot be read verifies nothing',
    'publish the members that its type requires, in canonical base64url',
  ),
  key_unsupported: advice(
    'info',
    'RFC 7518 §3.1',
    'tokens that are signed with it are refused',
    'sign access tokens with one of the other keys',
  ),
  key_not_for_signatures: advice(
    'info',
    'RFC 7517 §4.2',
    'the key is there for something else, and no signature is verified with it',
    'nothing, if it is meant so',
  ),
  kid_missing: advice(
    'warning',
    'RFC 7517 §4.5',
    'keys cannot be told apart, which makes their rotation slow and full of errors',
    'give every key a "kid", and name it in the header of tokens',
  ),
  kid_duplicate: advice(
    'warning',
    'RFC 7517 §4.5',
    'libraries that take the first key of a name refuse tokens of the second',
    'give every key a "kid" of its own',
  ),
  key_alg_missing: advice(
    'info',
    'RFC 8725 §3.1',
    'a key should be used with one algorithm, and the document does not say with which',
    'publish "alg" with every key',
  ),
  key_use_missing: advice(
    'info',
    'RFC 7517 §4.2',
    'the document does not say whether the key signs or encrypts',
    'publish "use": "sig" with every signing key',
  ),
};
