/**
 * The issuers whose tokens are accepted, as the verifier uses them.
 *
 * @module
 */
import type { IntrospectionHealth, Introspector } from '../introspection/introspector.js';
import type { KeySet, KeySetHealth } from '../keys/key-set.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';

/** An issuer and its keys. */
export interface TrustedIssuer extends ResolvedIssuer {
  readonly keySet: KeySet;
  /** `undefined` when the authorization server is never asked about tokens. */
  readonly introspector: Introspector | undefined;
}

/** The trusted issuers of a verifier: listed in its options, or found at run time. */
export interface TrustedIssuers {
  /** The options that apply to tokens of an unknown issuer. */
  readonly fallback: ResolvedIssuer;
  /** Whether {@link TrustedIssuers.list} contains every issuer that can be found. */
  readonly isComplete: boolean;
  /**
   * Finds an issuer by its exact identifier.
   *
   * @param issuer - The claim `iss`, not verified.
   * @returns A promise only if the application looks the issuer up; `undefined` for an unknown issuer.
   * @throws KeySetUnavailableError (also rejects) It is not known whether the issuer is trusted.
   */
  find(issuer: string): TrustedIssuer | undefined | Promise<TrustedIssuer | undefined>;
  /** Lists the issuers that are known now. */
  list(): readonly TrustedIssuer[];
  /**
   * Resolves when the keys of every listed issuer are available.
   *
   * @throws KeySetUnavailableError (rejects) The keys of an issuer are unavailable.
   */
  whenReady(): Promise<void>;
  /**
   * Looks up every issuer that was found at run time, and fetches the keys of every known issuer.
   *
   * @throws KeySetUnavailableError (rejects) An issuer could not be refreshed; the others were.
   */
  refresh(): Promise<void>;
  /** Reports the state of the keys of each known issuer. */
  health(): readonly KeySetHealth[];
  /** Reports the state of the introspection of each issuer's tokens; empty when none is introspected. */
  introspectionHealth(): readonly IntrospectionHealth[];
  /** Stops all background work. */
  close(): void;
}
