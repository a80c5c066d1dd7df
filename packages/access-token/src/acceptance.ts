/**
 * How a verified token is accepted: claims held against the schema, then remembered for others.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { VerifiedAccessToken } from './claims.js';
import { applyClaimsSchema } from './claims-schema.js';
import { PendingVerifications } from './pending-verifications.js';
import { type AcceptedToken, TokenCache } from './token-cache.js';
import { assertNotLapsed } from './token-lapse.js';
import type { Verification } from './verify.js';

/** What acceptance depends on. */
export interface AcceptanceOptions<Claims> {
  readonly schema: StandardSchemaV1<unknown, Claims> | undefined;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** 0 when nothing is remembered. */
  readonly maxCachedTokens: number;
}

type Accepted<Claims> = AcceptedToken<Claims>;

/** Accepts verified tokens. A digest is `undefined` where none are remembered. */
export class Acceptance<Claims> {
  readonly #options: AcceptanceOptions<Claims>;
  readonly #cache: TokenCache<Claims> | undefined;
  readonly #pending = new PendingVerifications<Accepted<Claims>>();

  constructor(options: AcceptanceOptions<Claims>) {
    this.#options = options;
    if (options.maxCachedTokens > 0) this.#cache = new TokenCache(options.maxCachedTokens);
  }

  /** What a token is known by. */
  digestOf(token: string): string | undefined {
    return this.#cache?.digestOf(token);
  }

  /** Finds a token that is remembered and still acceptable. */
  recall(digest: string | undefined): Accepted<Claims> | undefined {
    if (digest === undefined) return undefined;
    return this.#cache?.recall(digest, this.#options.clock() / 1000);
  }

  /**
   * Waits with the callers who brought the same token before, if any wait.
   *
   * @throws As {@link assertNotLapsed} (rejects): the token has lapsed while they waited.
   */
  join(digest: string | undefined): Promise<VerifiedAccessToken<Claims>> | undefined {
    const { clock } = this.#options;
    return this.#pending.find(digest)?.then(async ({ token, verification }) => {
      await assertNotLapsed(verification, clock);
      return token;
    });
  }

  /**
   * Accepts a token that was verified, or will be.
   *
   * @returns In this tick when neither the verification nor the schema has to wait.
   * @throws As {@link applyClaimsSchema}, and as {@link assertNotLapsed} (rejects) when it waited.
   */
  accept(
    digest: string | undefined,
    verification: Verification | Promise<Verification>,
  ): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> {
    const accepted =
      verification instanceof Promise
        ? verification.then((late) => this.#complete(late))
        : this.#complete(verification);
    if (!(accepted instanceof Promise)) return this.#remember(digest, accepted).token;
    const remembered = accepted.then((late) => this.#remember(digest, late));
    const shared = digest === undefined ? remembered : this.#pending.share(digest, remembered);
    return shared.then(({ token }) => token);
  }

  #complete(verification: Verification): Accepted<Claims> | Promise<Accepted<Claims>> {
    const { schema, clock } = this.#options;
    if (schema === undefined) {
      // Without a schema, `Claims` is what every token has.
      return { token: verification.token as VerifiedAccessToken<Claims>, verification };
    }
    const token = applyClaimsSchema(verification.token, schema);
    if (!(token instanceof Promise)) return { token, verification };
    return token.then(async (late) => {
      await assertNotLapsed(verification, clock);
      return { token: late, verification };
    });
  }

  #remember(digest: string | undefined, accepted: Accepted<Claims>): Accepted<Claims> {
    if (digest !== undefined) this.#cache?.remember(digest, accepted);
    return accepted;
  }
}
