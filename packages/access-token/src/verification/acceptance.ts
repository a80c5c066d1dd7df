/**
 * How a verified token is accepted: claims held against the schema, then remembered for others.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { VerifiedAccessToken } from '../claims/verified-token.js';
import { applyClaimsSchema, type ClaimedToken } from '../claims/claims-schema.js';
import { PendingVerifications } from './pending-verifications.js';
import type { TokenCacheBounds } from '../options/resolve-options.js';
import { type AcceptedToken, TokenCache } from './token-cache.js';
import { assertNotLapsed } from './token-lapse.js';
import type { Verification } from './verify-token.js';

/** What acceptance depends on. */
export interface AcceptanceOptions<Claims> {
  readonly schema: StandardSchemaV1<unknown, Claims> | undefined;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** `undefined` when nothing is remembered. */
  readonly tokenCache: TokenCacheBounds | undefined;
}

interface Outcome<Claims> extends ClaimedToken<Claims> {
  readonly verification: Verification;
}

/** Accepts verified tokens. A digest is `undefined` where none are remembered. */
export class Acceptance<Claims> {
  readonly #options: AcceptanceOptions<Claims>;
  readonly #cache: TokenCache<Claims> | undefined;
  readonly #pending = new PendingVerifications<Outcome<Claims>>();

  /** Beside the token, so that it stays what its docstring says. */
  readonly #verifications = new WeakMap<object, Verification>();

  constructor(options: AcceptanceOptions<Claims>) {
    this.#options = options;
    if (options.tokenCache !== undefined) this.#cache = new TokenCache(options.tokenCache);
  }

  /** What a token is known by. */
  digestOf(token: string): string | undefined {
    return this.#cache?.digestOf(token);
  }

  /** Finds a token that is remembered and still acceptable. */
  recall(digest: string | undefined): AcceptedToken<Claims> | undefined {
    if (digest === undefined) return undefined;
    return this.#cache?.recall(digest, this.#options.clock() / 1000);
  }

  /**
   * Accepts a token that was verified before: with the claims that all share, or with claims of its
   * own where one request could change them for the next.
   *
   * @returns In this tick when the schema is not asked, or answers so.
   * @throws As {@link Acceptance.accept}.
   */
  acceptAgain(
    accepted: AcceptedToken<Claims>,
  ): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> {
    return accepted.shared ?? this.accept(undefined, accepted);
  }

  /**
   * Waits with the callers who brought the same token before, if any wait.
   *
   * @throws As {@link assertNotLapsed} (rejects): the token has lapsed while they waited.
   */
  join(digest: string | undefined): Promise<VerifiedAccessToken<Claims>> | undefined {
    const { clock } = this.#options;
    return this.#pending.find(digest)?.then(async (outcome) => {
      await assertNotLapsed(outcome.verification, clock);
      return this.acceptAgain(acceptedOf(outcome));
    });
  }

  /**
   * Accepts a token that was verified, or will be.
   *
   * @param digest - `undefined` remembers nothing.
   * @returns In this tick when neither the verification nor the schema has to wait.
   * @throws As {@link applyClaimsSchema}, and as {@link assertNotLapsed} (rejects) when it waited.
   */
  accept(
    digest: string | undefined,
    verification: Verification | Promise<Verification>,
  ): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> {
    const outcome =
      verification instanceof Promise
        ? verification.then((late) => this.#complete(late))
        : this.#complete(verification);
    if (!(outcome instanceof Promise)) return this.#remember(digest, outcome).token;
    const remembered = outcome.then((late) => this.#remember(digest, late));
    const shared = digest === undefined ? remembered : this.#pending.share(digest, remembered);
    return shared.then(({ token }) => token);
  }

  /** What has to hold for a token that was accepted to stay acceptable. */
  verificationOf(token: VerifiedAccessToken<unknown>): Verification | undefined {
    return this.#verifications.get(token);
  }

  #complete(verification: Verification): Outcome<Claims> | Promise<Outcome<Claims>> {
    const { schema, clock } = this.#options;
    if (schema === undefined) {
      // Without a schema, `Claims` is what every token has.
      const token = verification.token as VerifiedAccessToken<Claims>;
      return { token, isShareable: true, heapBytes: 0, verification };
    }
    const claimed = applyClaimsSchema(verification.token, schema);
    if (!(claimed instanceof Promise)) return { ...claimed, verification };
    return claimed.then(async (late) => {
      await assertNotLapsed(verification, clock);
      return { ...late, verification };
    });
  }

  #remember(digest: string | undefined, outcome: Outcome<Claims>): Outcome<Claims> {
    const accepted = acceptedOf(outcome);
    this.#verifications.set(outcome.token, accepted);
    if (digest !== undefined) this.#cache?.remember(digest, accepted);
    return outcome;
  }
}

/** One flat object: a hit reads no more of the memory than it must. */
function acceptedOf<Claims>(outcome: Outcome<Claims>): AcceptedToken<Claims> {
  const { token, isShareable, verification } = outcome;
  const { key, keySet, validFrom, validUntil } = verification;
  const shared = isShareable ? token : undefined;
  // Claims that are not shared are not remembered.
  const heapBytes = verification.heapBytes + (isShareable ? outcome.heapBytes : 0);
  return { shared, key, keySet, validFrom, validUntil, heapBytes, token: verification.token };
}
