/**
 * What a request presents: an access token, and what proves the possession of its key.
 *
 * @module
 */
import type { AuthScheme, MissingCertificateReason } from '@scopegate/protocol';
import type { SenderConstraint } from '../options/possession-options.js';

/** An access token as a request presents it. */
export interface Presentation {
  /** The scheme of the `Authorization` field. RFC 6750 §2.1, RFC 9449 §7.1. */
  readonly scheme: AuthScheme;
  /** The access token without the scheme, unverified. */
  readonly token: string;
  /** Every line of the field `DPoP`, none of them joined. */
  readonly proofs: readonly string[];
  /** The method of the request, as it was sent. */
  readonly method: string;
  /**
   * The target of the request, as it was sent and before any router has changed it: a path with its
   * query, or an absolute URL, of which only the path counts.
   */
  readonly target: string;
  /**
   * The SHA-256 of the DER of the client's certificate, in base64url; `undefined` without a certificate.
   * RFC 8705 §3.1.
   */
  readonly certificate?: string | undefined;
  /**
   * Why the certificate is missing, for logs: the `certificate` of the `InvalidTokenError`.
   *
   * @defaultValue unknown
   */
  readonly missingCertificate?: MissingCertificateReason | undefined;
  /**
   * The request that the token was read from, so that its proof is registered once, however many
   * verifiers that share a replay store check it. Never an object of several requests, such as a
   * connection: with it, a proof could be used again.
   *
   * @defaultValue the proof is registered each time
   */
  readonly request?: object | undefined;
}

/** What a part of an API requires beyond the options of the verifier. */
export interface PresentationRequirement {
  /**
   * How tokens must be bound: `'dpop'` to a key, `'mtls'` to a certificate, `'any'` to either of them.
   *
   * @defaultValue the option `senderConstraint` of the verifier
   */
  readonly senderConstraint?: SenderConstraint | undefined;
  /**
   * Whether the authorization server is asked about the token now, even if it is cached. The answer can only
   * narrow what the token says. Requires the option `introspection` of every issuer.
   *
   * @defaultValue `false`
   */
  readonly fresh?: boolean | undefined;
}
