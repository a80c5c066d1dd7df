/**
 * The access token verifier: its parts put together.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { Acceptance } from './verification/acceptance.js';
import type { AccessTokenClaims, VerifiedAccessToken } from './claims/verified-token.js';
import { type ExplainOptions, explainToken } from './explain/explain.js';
import type { TokenExplanation } from './explain/explanation.js';
import { JwksSource } from './keys/jwks-source.js';
import type { KeySet, KeySetHealth } from './keys/key-set.js';
import type { AccessTokenVerifierOptions } from './options/options.js';
import { RemoteKeySet } from './keys/remote-key-set.js';
import type { ResolvedIssuer } from './options/resolve-issuer.js';
import { type ResolvedOptions, resolveOptions } from './options/resolve-options.js';
import { StaticKeySet } from './keys/static-key-set.js';
import { assertNotLapsed } from './verification/token-lapse.js';
import {
  type TrustedIssuer,
  type Verification,
  verifyAccessToken,
} from './verification/verify-token.js';
import { watchVerification, type WhileAcceptableOptions } from './verification/while-acceptable.js';

/** How a verifier is doing. */
export interface VerifierHealth {
  /** In the order of the options. */
  readonly issuers: readonly KeySetHealth[];
}

/** Verifies access tokens. Safe to share; holds no state of any request. */
export interface AccessTokenVerifier<Claims = AccessTokenClaims> {
  /**
   * Verifies an access token.
   *
   * @param token - The credentials as they were sent, without the scheme.
   * @throws InvalidTokenError (rejects) Not acceptable; `reason` says why.
   * @throws KeySetUnavailableError (rejects) The issuer's keys cannot be had.
   * @see RFC 9068 §4
   */
  verify(token: string): Promise<VerifiedAccessToken<Claims>>;
  /**
   * As {@link AccessTokenVerifier.verify}, and answers in this tick when the keys are at hand: then
   * it returns the token or throws.
   */
  verifyAtOnce(token: string): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>>;
  /**
   * Finds a token that is remembered as accepted and still would be; never verifies.
   *
   * @returns `undefined` also where the schema `claims` makes claims for each request.
   */
  recall(token: string): VerifiedAccessToken<Claims> | undefined;
  /**
   * Watches a verified token for as long as something goes on by its authority: a WebSocket, a
   * stream of events, a subscription.
   *
   * The signal aborts when this token would be refused if it came now: past `exp` and the tolerance
   * at once, with the refresh that withdraws its key, and within a minute of the end of an outage's
   * `maxStaleMs` or of a leap of the clock. Its `reason` is the refusal: an `InvalidTokenError`
   * (`expired`, `key`, `not_yet_valid`) or a `KeySetUnavailableError`. It is aborted already when
   * the token is refused now, and it aborts with what the clock throws. `close()` does not end the
   * watch.
   *
   * Until it aborts, each call holds a timer, which does not keep the process alive: pass `signal`
   * where the work may end before the token does.
   *
   * @throws TypeError The token is not one that this verifier has verified, or an option is unknown.
   */
  whileAcceptable(
    token: VerifiedAccessToken<unknown>,
    options?: WhileAcceptableOptions,
  ): AbortSignal;
  /**
   * Looks at a verified token again, after something was awaited.
   *
   * @throws InvalidTokenError (rejects) It has lapsed: `expired`, `not_yet_valid` or `key`.
   * @throws KeySetUnavailableError (rejects) The issuer's keys are unavailable now.
   * @throws TypeError (rejects) The token is not one that this verifier has verified.
   */
  assertAcceptable(token: VerifiedAccessToken<unknown>): Promise<void>;
  /**
   * Explains what becomes of a token: every check, the key, and the mistakes that are known.
   *
   * For operators: the account holds claim values and must not be sent to the caller. Nothing is
   * remembered of the token.
   *
   * @throws TypeError (rejects) The token is not a string, or an option cannot be used.
   */
  explain(token: string, options?: ExplainOptions): Promise<TokenExplanation>;
  /**
   * Resolves when the keys of every issuer are at hand.
   *
   * @throws KeySetUnavailableError (rejects) Those of an issuer are not available now, or it answered
   *   that it has none; the message names the issuer, the URL and the cause.
   */
  ready(): Promise<void>;
  /**
   * Asks every issuer for its keys now, whatever their lifetime and earlier failures. A key that is
   * withdrawn has stopped working when this resolves, for remembered tokens too.
   *
   * Callers who wait share one request. Static keys stay as they are.
   *
   * @throws KeySetUnavailableError (rejects) An issuer gave no good answer, named in the message; the
   *   keys of that issuer stay, those of the others are refreshed all the same. Always after `close()`,
   *   unless all keys are static.
   */
  refresh(): Promise<void>;
  /** The issuers that are trusted, in the order of the options. */
  readonly issuers: readonly string[];
  /** Every audience that one of them is expected to name. */
  readonly audiences: readonly string[];
  /** The state of every issuer's keys. */
  health(): VerifierHealth;
  /** Stops refreshing. Keys that are fresh serve on until their lifetime ends. */
  close(): void;
}

/**
 * Creates a verifier. Nothing is fetched before the first token, or before `ready()`.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const verifier = createAccessTokenVerifier({ issuer, audience });
 * const { scopes } = await verifier.verify(token);
 */
export function createAccessTokenVerifier<Claims = AccessTokenClaims>(
  options: AccessTokenVerifierOptions<Claims>,
): AccessTokenVerifier<Claims> {
  const resolved = resolveOptions(options);
  const [first, ...others] = resolved.issuers;
  const trust = (issuer: ResolvedIssuer): TrustedIssuer => ({
    ...issuer,
    keySet: createKeySet(issuer, resolved),
  });
  const issuers = [trust(first), ...others.map(trust)] as const;
  const judge = createJudge(resolved, issuers);
  const keySets = issuers.map(({ keySet }) => keySet);
  return Object.freeze({
    ...judge,
    issuers: Object.freeze(issuers.map(({ issuer }) => issuer)),
    audiences: Object.freeze([...new Set(issuers.flatMap(({ audience }) => audience))]),
    verify: async (token: string) => judge.verifyAtOnce(token),
    ready: async () => {
      await Promise.all(keySets.map((keySet) => keySet.whenReady()));
    },
    refresh: async () => {
      const outcomes = await Promise.allSettled(keySets.map((keySet) => keySet.refresh()));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    health: () => ({ issuers: keySets.map((keySet) => keySet.health()) }),
    close: () => {
      for (const keySet of keySets) keySet.close();
    },
  });
}

function createKeySet(
  { issuer, algorithms, keys }: ResolvedIssuer,
  { fetch, timeoutMs, allowHttp, maxStaleMs, clampLifetimeMs, clock }: ResolvedOptions<unknown>,
): KeySet {
  if ('jwks' in keys) return StaticKeySet.ofJwks(issuer, keys.jwks);
  if ('secret' in keys) return StaticKeySet.ofSecret(issuer, keys.secret);
  const { jwksUri } = keys;
  const source = new JwksSource({ issuer, jwksUri, fetch, timeoutMs, allowHttp, clampLifetimeMs });
  return new RemoteKeySet({ issuer, algorithms, source, maxStaleMs, clampLifetimeMs, clock });
}

function createJudge<Claims>(
  { clock, claims: schema, tokenCache, ...options }: ResolvedOptions<Claims>,
  issuers: readonly [TrustedIssuer, ...TrustedIssuer[]],
): Pick<
  AccessTokenVerifier<Claims>,
  'verifyAtOnce' | 'recall' | 'whileAcceptable' | 'assertAcceptable' | 'explain'
> {
  const byIdentifier = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  const policy = { ...options, clock, issuers: byIdentifier, fallbackIssuer: issuers[0] };
  const acceptance = new Acceptance({ schema, clock, tokenCache });

  const recall = (token: string): VerifiedAccessToken<Claims> | undefined =>
    isText(token) ? acceptance.recall(acceptance.digestOf(token))?.shared : undefined;
  const isCached = (token: string): boolean =>
    acceptance.recall(acceptance.digestOf(token)) !== undefined;
  const verificationOf = (token: VerifiedAccessToken<unknown>, method: string): Verification => {
    const verification = acceptance.verificationOf(token);
    if (verification !== undefined) return verification;
    throw new TypeError(`${method}() needs a token that this verifier has verified`);
  };
  return {
    recall,
    whileAcceptable: (token, given = {}) =>
      watchVerification(verificationOf(token, 'whileAcceptable'), clock, given),
    assertAcceptable: async (token) =>
      assertNotLapsed(verificationOf(token, 'assertAcceptable'), clock),
    explain: (token, given) => explainToken(token, { policy, schema, isCached }, given),
    verifyAtOnce: (token) => {
      if (!isText(token)) throw new InvalidTokenError('malformed');
      const digest = acceptance.digestOf(token);
      const known = acceptance.recall(digest);
      if (known !== undefined) return acceptance.acceptAgain(known);
      return acceptance.join(digest) ?? acceptance.accept(digest, verifyAccessToken(token, policy));
    },
  };
}

/** JavaScript callers have no types: `searchParams.get('token')` may well be `null`. */
function isText(token: unknown): token is string {
  return typeof token === 'string';
}
