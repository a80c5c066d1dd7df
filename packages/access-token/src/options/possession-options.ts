/**
 * The options for tokens that are bound to a key or a certificate.
 *
 * @module
 */
import type { MtlsOptions } from '../mtls/mtls-options.js';

/**
 * What tokens must be bound to: `'dpop'` to a key (RFC 9449), `'mtls'` to a certificate (RFC 8705),
 * `'any'` to either of them.
 */
export type SenderConstraint = 'dpop' | 'mtls' | 'any';

/** Options for tokens that are bound to a key or a certificate. */
export interface PossessionOptions {
  /**
   * Accepts tokens that are bound to a certificate (mutual TLS), from the client that has this
   * certificate. RFC 8705.
   *
   * @defaultValue such tokens are refused
   */
  readonly mtls?: MtlsOptions | undefined;
  /**
   * What every token must be bound to. Bearer tokens are refused then. Requires `dpop` or `mtls`.
   *
   * @defaultValue bound tokens and bearer tokens are accepted
   */
  readonly senderConstraint?: SenderConstraint | undefined;
}
