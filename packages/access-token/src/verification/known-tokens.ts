/**
 * The tokens of a verifier: verified now, being verified, or cached.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { KnownToken } from '../claims/verified-token.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { Acceptance } from './acceptance.js';
import type { Inquiry } from '../introspection/introspector.js';
import { digestOf } from '../jws/token-digest.js';
import { narrowToken } from './narrow-token.js';
import { type AcceptedToken, assertNotLapsed, TokenCache } from './token-cache.js';
import type { TokenQuestion } from './token-question.js';
import { verifyByFormat } from './verify-by-format.js';
import type { Verification, VerificationPolicy } from './verify-token.js';

/** A token as it was sent. */
export interface PresentedDigest {
  readonly token: string;
  /** See {@link KnownTokens.digestOf}. */
  readonly digest: string | undefined;
}

/** Verifies tokens, each once while it is cached. Does not check who presents them. */
export class KnownTokens<Claims> {
  readonly #policy: VerificationPolicy;
  readonly #cache: TokenCache<Claims> | undefined;
  readonly #acceptance: Acceptance<Claims>;

  constructor(
    policy: VerificationPolicy,
    { claims: schema, tokenCache }: Pick<ResolvedOptions<Claims>, 'claims' | 'tokenCache'>,
  ) {
    const cache = tokenCache && new TokenCache<Claims>(tokenCache);
    this.#policy = policy;
    this.#cache = cache;
    this.#acceptance = new Acceptance({ schema, clock: policy.clock, cache });
  }

  /** Reports how full the cache is; `undefined` when no tokens are cached. */
  cacheHealth(): { readonly entries: number; readonly maxEntries: number } | undefined {
    const cache = this.#cache;
    return cache && { entries: cache.size, maxEntries: cache.maxEntries };
  }

  /** The key of a token in the cache; `undefined` when no tokens are cached. */
  digestOf(token: string): string | undefined {
    return this.#cache && digestOf(assertString(token));
  }

  /**
   * Returns a token whose own checks have passed.
   *
   * @param digest - See {@link KnownTokens.digestOf}.
   * @param inquiry - Is marked as fresh if the authorization server is asked for this request.
   * @returns Synchronously when the keys are available and the schema is synchronous.
   * @throws As `AccessTokenVerifier.verify()`, synchronously or by rejecting.
   */
  verify(
    token: string,
    digest: string | undefined,
    inquiry?: Inquiry,
  ): KnownToken<Claims> | Promise<KnownToken<Claims>> {
    const acceptance = this.#acceptance;
    const cached = this.#findAccepted(digest);
    // Claims that a request could change are created by the schema for each request.
    if (cached !== undefined) return cached.shared ?? acceptance.accept(undefined, cached);
    return (
      acceptance.join(digest) ??
      acceptance.accept(digest, this.#verifyNow(assertString(token), digest, inquiry))
    );
  }

  /**
   * Asks the authorization server about a token now, and narrows the token to the answer.
   *
   * @throws InvalidTokenError (rejects) `inactive`, which also evicts the token unless another one was sent; or
   *   as {@link narrowToken}.
   * @throws IntrospectionUnavailableError (rejects)
   */
  async askNow(
    known: KnownToken<Claims>,
    { token, digest = digestOf(token) }: PresentedDigest,
  ): Promise<KnownToken<Claims>> {
    const accepted = this.verificationOf(known, 'verifyPresented');
    assertSameDigest(accepted.digest, digest);
    const issuer = await this.#policy.issuers.find(known.issuer);
    if (issuer?.introspector === undefined) throw new InvalidTokenError('issuer');
    const { introspector } = issuer;
    const asked = { token, digest, isKnown: true };
    try {
      const answer = await introspector.askNow(asked);
      const narrowed = narrowToken({ token: known, accepted, answer, issuer }, this.#policy);
      if (narrowed.token !== known) this.#acceptance.addNarrowed(narrowed.token, narrowed.accepted);
      return narrowed.token;
    } catch (error) {
      if (error instanceof InvalidTokenError) {
        // A JWT that the answer does not fit is still one that the issuer has signed.
        const isContradicted = known.format === 'opaque' || error.reason === 'inactive';
        if (isContradicted) {
          this.#evictRefused(digest, error);
          introspector.noteContradiction(asked);
        }
      }
      throw error;
    }
  }

  /** Returns a cached token that is acceptable and shared by all requests; never verifies. */
  findCached(token: string): KnownToken<Claims> | undefined {
    if (typeof token !== 'string') return undefined;
    return this.#findAccepted(this.digestOf(token))?.shared;
  }

  /** Whether a token is cached and still acceptable. */
  isCached(token: string): boolean {
    return this.#findAccepted(this.digestOf(token)) !== undefined;
  }

  /** Returns an object that everything that was created for one token shares while the token is cached. */
  activityOf(token: KnownToken<unknown>): object {
    return this.#acceptance.verificationOf(token)?.activity ?? token;
  }

  /**
   * Returns the verification of a token.
   *
   * @param method - The public method that was called; the message names it.
   * @throws TypeError It was verified elsewhere.
   */
  verificationOf(token: KnownToken<unknown>, method: string): AcceptedToken<Claims> {
    const verification = this.#acceptance.verificationOf(token);
    if (verification !== undefined) return verification;
    throw new TypeError(`${method}() expects a token that this verifier has verified`);
  }

  /** @throws As {@link assertNotLapsed} (rejects): the token has lapsed while the caller waited. */
  async assertUnlapsed<Presented extends { readonly token: KnownToken<unknown> }>(
    waiting: Promise<Presented>,
  ): Promise<Presented> {
    const presented = await waiting;
    await assertNotLapsed(
      this.verificationOf(presented.token, 'verifyPresented'),
      this.#policy.clock,
    );
    return presented;
  }

  #verifyNow(
    token: string,
    digest: string | undefined,
    inquiry: Inquiry | undefined,
  ): Verification | Promise<Verification> {
    const policy = this.#policy;
    const ask = (): TokenQuestion => ({
      token,
      digest: digest ?? digestOf(token),
      inquiry,
      isKnown: digest !== undefined && this.#cache?.activityOf(digest) !== undefined,
      findStale: (maxStaleSeconds) =>
        digest === undefined
          ? undefined
          : this.#cache?.getStale(digest, {
              nowSeconds: policy.clock() / 1000,
              maxStaleSeconds,
              clockToleranceSeconds: policy.clockToleranceSeconds,
            }),
      onRefused: (refusal) => {
        this.#evictRefused(digest, refusal);
      },
    });
    return verifyByFormat(token, ask, policy);
  }

  #evictRefused(digest: string | undefined, { reason }: InvalidTokenError): void {
    if (digest === undefined) return;
    if (reason === 'inactive') this.#cache?.evictInactive(digest);
    else this.#cache?.evict(digest);
  }

  #findAccepted(digest: string | undefined): AcceptedToken<Claims> | undefined {
    if (digest === undefined) return undefined;
    return this.#cache?.get(digest, this.#policy.clock() / 1000);
  }
}

/**
 * Asserts that what was sent is the token that was accepted; otherwise nothing is asked, because an answer about
 * another token must not count.
 *
 * @throws InvalidTokenError `inactive`
 */
function assertSameDigest(accepted: string | undefined, digest: string): void {
  if (accepted !== undefined && accepted !== digest) throw new InvalidTokenError('inactive');
}

/**
 * JavaScript callers have no types: `searchParams.get('token')` may return `null`.
 *
 * @throws InvalidTokenError `malformed`
 */
function assertString(token: unknown): string {
  if (typeof token === 'string') return token;
  throw new InvalidTokenError('malformed');
}
