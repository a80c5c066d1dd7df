/**
 * The options for tokens that are bound to a key or a certificate.
 *
 * @module
 */
import type { DpopOptions } from '../dpop/dpop-options.js';
import type { MtlsOptions } from '../mtls/mtls-options.js';

/**
 * What tokens must be bound to: `'dpop'` to a key (RFC 9449), `'mtls'` to a certificate (RFC 8705),
 * `'any'` to either of them.
 */
export type SenderConstraint = 'dpop' | 'mtls' | 'any';

/** Options for tokens that are bound to a key or a certificate. */
export interface PossessionOptions {
  /**
   * Accepts tokens that are bound to a key, with a proof of its possession: DPoP, RFC 9449. `true` stands
   * for `{}`. Bearer tokens are accepted as well, unless `senderConstraint` is set.
   *
   * @defaultValue tokens that are bound to a key are refused
   */
  readonly dpop?: true | DpopOptions | undefined;
  /**
   * Accepts tokens that are bound to a certificate, from the client that presents it: mutual TLS,
   * RFC 8705. Bearer tokens are accepted as well, unless `senderConstraint` is set.
   *
   * @defaultValue tokens that are bound to a certificate are refused
   */
  readonly mtls?: MtlsOptions | undefined;
  /**
   * What every token must be bound to. Bearer tokens are refused then. Requires `dpop` or `mtls`.
   *
   * @defaultValue bound tokens and bearer tokens are accepted
   */
  readonly senderConstraint?: SenderConstraint | undefined;
}
