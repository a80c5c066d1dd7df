/**
 * The claims of a Security Event Token.
 *
 * @module
 */
import type { JWTPayload } from 'jose';

/** A subject identifier of the format `iss_sub`, `opaque` or another one. RFC 9493. */
export interface SubjectIdentifier {
  readonly iss?: string;
  readonly sub?: string;
  readonly id?: string;
}

/** The claims of a Security Event Token, with their shapes unchecked. RFC 8417 §2.2. */
export interface SecurityEvent extends JWTPayload {
  /** With the members `user` and `session`, its format is `complex`. */
  readonly sub_id?: SubjectIdentifier & {
    readonly user?: SubjectIdentifier;
    readonly session?: SubjectIdentifier;
  };
  /** The events, by their URIs. */
  readonly events: Readonly<Record<string, { readonly event_timestamp?: number }>>;
}
