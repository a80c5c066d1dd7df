/**
 * Failures of the application's function that finds issuers.
 *
 * @module
 */
import { KeySetError } from '../keys/key-set-errors.js';

const MESSAGES = {
  busy: 'too many calls of issuers.resolve() are pending',
  closed: 'the verifier is closed',
  failed: 'issuers.resolve() threw or rejected; see the cause',
  invalid: 'issuers.resolve() returned options that are not valid; see the cause',
  timeout: 'issuers.resolve() did not settle within keySet.timeoutMs',
} as const;

/** Why it is not known whether an issuer is trusted. A closed union. */
export type IssuerResolutionReason = keyof typeof MESSAGES;

/**
 * The function `issuers.resolve` did not find out whether an issuer is trusted: the `cause` of a
 * `KeySetUnavailableError`. Its own `cause` is what the function threw, or the mistake in what it
 * returned. No message contains the issuer, because that comes from a token that is not verified.
 */
export class IssuerResolutionError extends KeySetError {
  /** The name of the class. */
  override readonly name = 'IssuerResolutionError';
  /** Identifies this class. */
  readonly code = 'ERR_ISSUER_RESOLUTION';
  /** What happened. */
  readonly reason: IssuerResolutionReason;
  /** Always `undefined`: no document is involved. */
  readonly url = undefined;

  constructor(reason: IssuerResolutionReason, options?: ErrorOptions) {
    super(MESSAGES[reason], options);
    this.reason = reason;
  }
}
