/**
 * The acceptance of verified tokens: the claims schema, the cache, and concurrent callers.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { isThenable, settle } from '@scopegate/protocol/internal';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { KnownToken } from '../claims/verified-token.js';
import { applyClaimsSchema, type ClaimedToken } from '../claims/claims-schema.js';
import {
  findRefusalOrigin,
  noteRefusalOrigin,
  noteVerifiedOrigin,
  notingOrigin,
} from '../refusal-origin.js';
import { PendingVerifications } from './pending-verifications.js';
import type { TokenActivity } from './token-activity.js';
import {
  type AcceptedToken,
  assertNotLapsed,
  type LapsingToken,
  type TokenCache,
} from './token-cache.js';

/** Options of {@link Acceptance}. */
export interface AcceptanceOptions<Claims> {
  readonly schema: StandardSchemaV1<unknown, Claims> | undefined;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Where accepted tokens are stored; `undefined` when no tokens are cached. */
  readonly cache: TokenCache<Claims> | undefined;
}

interface Outcome<Claims> extends ClaimedToken<Claims> {
  readonly verification: LapsingToken;
  readonly activity: TokenActivity;
}

/** Accepts verified tokens. Digests are `undefined` when no tokens are cached. */
export class Acceptance<Claims> {
  readonly #options: AcceptanceOptions<Claims>;
  readonly #pending = new PendingVerifications<Outcome<Claims>>();

  /** Kept outside the token object, because that is public. */
  readonly #verifications = new WeakMap<object, AcceptedToken<Claims>>();

  constructor(options: AcceptanceOptions<Claims>) {
    this.#options = options;
  }

  /**
   * Joins callers who are already waiting for the same token.
   *
   * @returns `undefined` when no one is waiting.
   * @throws As {@link assertNotLapsed} (rejects): the token has lapsed while they waited.
   * @throws InvalidTokenError (rejects) Another one for each caller, because guards add to it what
   *   their own route requires.
   */
  join(digest: string | undefined): Promise<KnownToken<Claims>> | undefined {
    const { clock } = this.#options;
    return this.#pending.find(digest)?.then(async (outcome) => {
      const accepted = acceptedOf(digest, outcome);
      await notingOrigin(
        () => assertNotLapsed(accepted, clock),
        (error) => noteVerifiedOrigin(error, accepted.token),
      );
      return accepted.shared ?? this.accept(undefined, accepted);
    }, throwOwn);
  }

  /**
   * Accepts a token that is verified, or whose verification is pending.
   *
   * @param digest - `undefined`: the token is not cached.
   * @returns Synchronously when neither the verification nor the schema is asynchronous.
   * @throws As {@link applyClaimsSchema}, and as {@link assertNotLapsed} (rejects) when it waited.
   */
  accept(
    digest: string | undefined,
    verification: LapsingToken | Promise<LapsingToken>,
  ): KnownToken<Claims> | Promise<KnownToken<Claims>> {
    const outcome = settle(verification, (verified) => this.#applySchema(digest, verified));
    if (!isThenable(outcome)) return this.#store(digest, outcome).token;
    const stored = outcome.then((late) => this.#store(digest, late));
    const shared = digest === undefined ? stored : this.#pending.share(digest, stored);
    return shared.then(({ token }) => token);
  }

  /** The verification of a token that was accepted here. */
  verificationOf(token: KnownToken<unknown>): AcceptedToken<Claims> | undefined {
    return this.#verifications.get(token);
  }

  /** Registers a token with fewer scopes than another one that was accepted here. */
  addNarrowed(token: KnownToken<Claims>, accepted: AcceptedToken<Claims>): void {
    this.#verifications.set(token, accepted);
  }

  #applySchema(
    digest: string | undefined,
    verification: LapsingToken,
  ): Outcome<Claims> | Promise<Outcome<Claims>> {
    const { schema, clock } = this.#options;
    const activity = this.#activityOf(digest, verification);
    if (schema === undefined) {
      // Without a schema, `Claims` is the type of every token's claims.
      const token = verification.token as KnownToken<Claims>;
      return { token, isShareable: true, heapBytes: 0, verification, activity };
    }
    return notingOrigin<Outcome<Claims>>(
      () => {
        const claimed = applyClaimsSchema(verification.token, schema);
        if (!isThenable(claimed)) return { ...claimed, verification, activity };
        return claimed.then(async (late) => {
          await assertNotLapsed({ ...verification, activity }, clock);
          return { ...late, verification, activity };
        });
      },
      (error) => noteVerifiedOrigin(error, verification.token),
    );
  }

  /** What is created for one token shares its activity. */
  #activityOf(digest: string | undefined, { activity }: LapsingToken): TokenActivity {
    const known = digest === undefined ? undefined : this.#options.cache?.activityOf(digest);
    return activity ?? known ?? { isInactive: false };
  }

  #store(digest: string | undefined, outcome: Outcome<Claims>): Outcome<Claims> {
    const accepted = acceptedOf(digest, outcome);
    this.#verifications.set(outcome.token, accepted);
    // What has an activity comes from the cache, and must not return there if it was evicted since then.
    const isNew = outcome.verification.activity === undefined;
    if (digest !== undefined && isNew) this.#options.cache?.set(digest, accepted);
    return outcome;
  }
}

/** Throws a copy of a refusal, which its callers change; any other error as it is. */
function throwOwn(error: unknown): never {
  if (!(error instanceof InvalidTokenError)) throw error;
  const { reason, claim, problem } = error;
  const cause = 'cause' in error ? { cause: error.cause } : {};
  const own = new InvalidTokenError(reason, { claim, problem, ...cause });
  const origin = findRefusalOrigin(error);
  throw origin === undefined ? own : noteRefusalOrigin(own, origin);
}

/** One flat object, so that a cache hit reads as little memory as possible. */
function acceptedOf<Claims>(
  digest: string | undefined,
  outcome: Outcome<Claims>,
): AcceptedToken<Claims> {
  const { token, isShareable, verification, activity } = outcome;
  const { key, keySet, known, validFrom, validUntil } = verification;
  const shared = isShareable ? token : undefined;
  // Claims that are not shared are not cached.
  const heapBytes = verification.heapBytes + (isShareable ? outcome.heapBytes : 0);
  return {
    shared,
    key,
    keySet,
    known,
    validFrom,
    validUntil,
    heapBytes,
    token: verification.token,
    digest: digest ?? verification.digest,
    activity,
    notRevokedAt: undefined,
  };
}
