/**
 * The failure of decryption.
 *
 * @module
 */
import { UnavailableError } from '@scopegate/protocol';

/**
 * Too many encrypted tokens are waiting for their decryption: 503, because the token may be good. Cached
 * tokens and tokens that are not encrypted are not affected.
 *
 * @see RFC 9110 §15.6.4
 */
export class DecryptionUnavailableError extends UnavailableError {
  /** The name of the class. */
  override readonly name = 'DecryptionUnavailableError';
  /** Identifies this class. */
  readonly code = 'ERR_DECRYPTION_UNAVAILABLE';
  /** The sentence for the caller. */
  readonly detail = 'too many access tokens are being decrypted; try again later';

  constructor(retryAfterSeconds: number) {
    super('too many encrypted tokens are waiting for their decryption', retryAfterSeconds);
  }
}
