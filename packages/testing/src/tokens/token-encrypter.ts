/**
 * What encrypts minted tokens.
 *
 * @module
 */

/** Encrypts tokens to the key of a resource server, such as the result of `createEncryptionKey`. */
export interface TokenEncrypter {
  /**
   * Encrypts a signed token.
   *
   * @param token - A compact JWS.
   * @returns A compact JWE.
   * @see RFC 7519 §5.2
   */
  readonly encrypt: (token: string) => string;
}
