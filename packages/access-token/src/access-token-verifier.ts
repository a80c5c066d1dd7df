/**
 * The interface of an access token verifier.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { AccessTokenClaims, VerifiedAccessToken } from './claims/verified-token.js';
import type { ExplainOptions } from './explain/explain-options.js';
import type { TokenExplanation } from './explain/explanation.js';
import type { IntrospectionHealth } from './introspection/introspector.js';
import type { KeySetHealth } from './keys/key-set.js';
import type { PresentedToken } from './possession/possession.js';
import type { PresentationRequirement, Presentation } from './possession/presentation.js';
import type { RevocationHealth } from './revocation/revocations.js';
import type { WhileAcceptableOptions } from './verification/while-acceptable.js';

/** How full the cache of verified tokens is. */
export interface TokenCacheHealth {
  /** Number of cached tokens. Tokens that have expired are counted until they are used or evicted. */
  readonly entries: number;
  /** The most tokens that are cached: the option `tokenCache.maxEntries`. */
  readonly maxEntries: number;
}

/** The health of a verifier. */
export interface VerifierHealth {
  /**
   * The state of each issuer's keys, in the order of the options. If issuers are found at run time,
   * only the issuers that are held, most recently used first. An issuer whose tokens are all opaque is
   * listed only if its introspection responses are signed, because its keys are not used otherwise.
   */
  readonly issuers: readonly KeySetHealth[];
  /** The state of the introspection of each issuer's tokens; empty when none is introspected. RFC 7662. */
  readonly introspection: readonly IntrospectionHealth[];
  /** How full the token cache is; `undefined` with the option `tokenCache: false`. */
  readonly tokenCache: TokenCacheHealth | undefined;
  /** Whether revocations are known; `undefined` without the option `revocation`. */
  readonly revocation: RevocationHealth | undefined;
  /**
   * Where used DPoP proofs are registered: `'process'`, in the memory of this process, so that each process
   * of a fleet accepts a proof once; `'shared'`, in the store of the option `dpop.replay`. `undefined`
   * when proofs are not accepted. RFC 9449 §11.1.
   */
  readonly replay: 'process' | 'shared' | undefined;
  /**
   * The URLs with which `htu` of a DPoP proof may begin, as the option `dpop.publicUrl` names them or as it
   * defaults; `undefined` when proofs are not accepted. RFC 9449 §4.3.
   */
  readonly publicUrls: readonly string[] | undefined;
}

/**
 * Verifies access tokens. It can be shared by all requests, and keeps no state of any request.
 *
 * Its methods do not use `this`.
 */
export interface AccessTokenVerifier<Claims = AccessTokenClaims> {
  /**
   * Verifies an access token: its format, type, issuer, signature, audience, times and claims.
   *
   * @param token - The token as it was sent, without the scheme.
   * @throws InvalidTokenError (rejects) The token is not acceptable; `reason` says why.
   * @throws KeySetUnavailableError (rejects) The issuer's keys are unavailable.
   * @see RFC 9068 §4
   * @example
   * const { clientId, scopes } = await verifier.verify(token);
   */
  verify(token: string): Promise<VerifiedAccessToken<Claims>>;
  /**
   * Verifies an access token as {@link AccessTokenVerifier.verify} does, and the proof of possession if
   * the token is bound to a key or a certificate. Registers the proof, which cannot be used again.
   *
   * {@link AccessTokenVerifier.verify} never accepts a bound token, because it gets no proof.
   *
   * @param presentation - What the request presents; see {@link AccessTokenVerifier.readPresentation}.
   * @throws InvalidTokenError (rejects) As `verify()`; `unbound`, `sender_constraint` or `binding`: the
   *   token is not bound as it must be, or to another key or certificate.
   * @throws InvalidProofError (rejects) The proof is missing or not acceptable; `reason` says why.
   * @throws UseNonceError (rejects) The proof must contain the nonce of the error.
   * @throws KeySetUnavailableError | ReplayStoreUnavailableError (rejects) The keys, or the store of
   *   used proofs, are unavailable.
   * @throws TypeError (rejects) The presentation or the requirement is not one.
   * @see RFC 9449 §4.3, §7; RFC 8705 §3
   * @example
   * const { token, nonce } = await verifier.verifyPresented(presentation, { senderConstraint: 'dpop' });
   */
  verifyPresented(
    presentation: Presentation,
    requirement?: PresentationRequirement,
  ): Promise<PresentedToken<Claims>>;
  /**
   * Reads what a request of Node's HTTP server presents, for upgrades and servers without a framework.
   *
   * @returns `undefined` when the request has no credentials of a scheme that is accepted.
   * @throws InvalidRequestError The credentials are malformed or repeated.
   * @example
   * const presentation = verifier.readPresentation(req);
   * if (presentation === undefined) return refuse(401);
   * const { token } = await verifier.verifyPresented(presentation);
   */
  readPresentation(request: IncomingMessage): Presentation | undefined;
  /**
   * Watches a verified token while work that it authorized continues, such as a WebSocket, a stream
   * of events or a subscription.
   *
   * The signal aborts when the token would be refused if it were sent now: at `exp` plus the
   * tolerance, when a refresh withdraws its key, and within a minute after `maxStaleMs` ends in an
   * outage or the clock is changed. Its `reason` is the refusal: an `InvalidTokenError` (`expired`,
   * `key`, `not_yet_valid`) or a `KeySetUnavailableError`. For an issuer that was found at run time, it
   * also aborts when the issuer becomes unknown (`issuer`), is evicted, or has new options. With the option
   * `revocation`, it also aborts when the token is revoked (`revoked`), or that is unknown
   * (`RevocationUnavailableError`): at once if a list was changed; within a minute if a source without
   * `onChange()` or the function of the application says so.
   * The returned signal is already aborted
   * if the token would be refused now, and it aborts with any error that the clock throws.
   * `close()` does not end the watch.
   *
   * It asks no authorization server. An opaque token aborts it (`inactive`) when a later request with the token
   * learns that; if the response had no `exp`, it does not abort at any time by itself.
   *
   * Until the signal aborts, each call holds a timer, which does not keep the process alive: pass
   * `signal` if the work may end before the token expires.
   *
   * @param token - A token that this verifier has verified.
   * @throws TypeError Another verifier verified the token, or an option is unknown.
   * @example
   * const signal = verifier.whileAcceptable(token);
   * signal.addEventListener('abort', () => socket.close(1008));
   */
  whileAcceptable(
    token: VerifiedAccessToken<unknown>,
    options?: WhileAcceptableOptions,
  ): AbortSignal;
  /**
   * Checks that a verified token is still acceptable, for use after an `await`.
   *
   * @param token - A token that this verifier has verified.
   * @throws InvalidTokenError (rejects) The token is no longer acceptable: `expired`,
   *   `not_yet_valid`, `key`, `issuer`, `inactive` or `revoked`. A function of the option `revocation` is not
   *   called again.
   * @throws KeySetUnavailableError (rejects) The issuer's keys are unavailable now.
   * @throws RevocationUnavailableError (rejects) The source of revocations is not current.
   * @throws TypeError (rejects) Another verifier verified the token.
   */
  assertAcceptable(token: VerifiedAccessToken<unknown>): Promise<void>;
  /**
   * Explains why a token and its proof are accepted or refused: every check, the key, and the known
   * mistakes.
   *
   * For operators: the explanation contains claim values and must not be sent to callers. The token is
   * not cached, and the proof is not registered.
   *
   * @param token - The token as it was sent, without the scheme.
   * @throws TypeError (rejects) The token is not a string; an option is missing, unknown or out of range.
   * @example
   * const { verdict, findings } = await verifier.explain(token, { scope: 'read:analytics' });
   * @example
   * const { checks } = await verifier.explain(token, { proof, method: 'GET', url: '/v1/sales' });
   */
  explain(token: string, options?: ExplainOptions): Promise<TokenExplanation>;
  /**
   * Resolves when the keys of every issuer are available, and the source of revocations is current for the
   * first time. Fetches keys that were not fetched yet, unless a snapshot has them (`keySet.snapshots`). Issuers
   * that are found at run time are not known before their first token, so it does not wait for their keys.
   *
   * @throws KeySetUnavailableError (rejects) The keys of an issuer are unavailable, or its JWKS is
   *   empty; the message names the issuer, the URL and the cause.
   */
  ready(): Promise<void>;
  /**
   * Fetches the keys of every issuer now, regardless of their lifetime and of earlier failures. When it
   * resolves, tokens with a withdrawn key are refused, including cached ones.
   *
   * Concurrent callers share one request. Static keys do not change. Issuers that were found at run
   * time are looked up again first; unknown ones are looked up again with their next token.
   *
   * @throws KeySetUnavailableError (rejects) The keys of an issuer could not be fetched; the
   *   message names it. Its current keys stay in use, and the keys of the other issuers are
   *   refreshed. Always rejects after `close()`, unless all keys are static.
   */
  refresh(): Promise<void>;
  /**
   * Reports the state of every issuer's keys, of introspection and of revocations, and where used DPoP proofs
   * are registered.
   */
  health(): VerifierHealth;
  /**
   * Stops refreshing keys. Keys that are fresh are used until their lifetime ends. A source of revocations,
   * which other verifiers may share, is not closed.
   */
  close(): void;
}
