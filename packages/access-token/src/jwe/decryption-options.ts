/**
 * The options for encrypted tokens.
 *
 * @module
 */
import type { KeyObject } from 'node:crypto';

/** How encrypted tokens of an issuer are decrypted: nested JWTs, signed and then encrypted. RFC 7519 §5.2. */
export interface DecryptionOptions {
  /**
   * The private keys of this resource server: at least one, at most 16. While keys are rotated, list the new one
   * and the old one. A JWK may name its `kid`, and its `alg`, one of `RSA-OAEP-256`, `ECDH-ES`,
   * `ECDH-ES+A128KW` and `ECDH-ES+A256KW`, which a token must have then.
   */
  readonly keys: readonly (object | KeyObject)[];
  /**
   * Whether tokens of this issuer that are not encrypted are refused.
   *
   * @defaultValue `false`
   */
  readonly required?: boolean | undefined;
}
