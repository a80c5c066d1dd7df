/**
 * Who sends logout tokens or Security Event Tokens.
 *
 * @module
 */
import type { JWTVerifyGetKey } from 'jose';

/** The sender of signed events. */
export interface EventSender {
  /** The claim `iss` of its events. */
  readonly issuer: string;
  /** The claim `aud` of its events: the client id of the API there, or the audience of the stream. */
  readonly audience: string;
  /** Its keys: `createRemoteJWKSet(new URL(jwksUri))` of jose. */
  readonly keys: JWTVerifyGetKey;
}
