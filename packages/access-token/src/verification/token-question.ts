/**
 * A token that is to be verified, and what its verification may use.
 *
 * @module
 */
import type { InvalidTokenError } from '@scopegate/protocol';
import type { AskedToken, Inquiry } from '../introspection/introspector.js';
import type { Verification } from './verify-token.js';

/** An opaque token that is to be verified. */
export interface TokenQuestion extends AskedToken {
  /** Is marked as fresh if the authorization server is asked for this request; omitted if that is all the same. */
  readonly inquiry: Inquiry | undefined;
  /**
   * Returns an earlier verification of the token that may be used while the authorization server cannot be
   * reached.
   *
   * @param maxStaleSeconds - How long ago it should have been asked again.
   */
  readonly findStale: (maxStaleSeconds: number) => Verification | undefined;
  /** Called when the authorization server has said something for which the token is refused. */
  readonly onRefused: (refusal: InvalidTokenError) => void;
}
