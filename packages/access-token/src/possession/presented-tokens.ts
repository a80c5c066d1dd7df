/**
 * Decides whether tokens are accepted as they are presented: verified, possessed, and not revoked.
 *
 * @module
 */
import { isThenable, settle } from '@scopegate/protocol/internal';
import { isUnbound, type KnownToken, type VerifiedAccessToken } from '../claims/verified-token.js';
import type { Inquiry } from '../introspection/introspector.js';
import { noteVerifiedOrigin, notingOrigin } from '../refusal-origin.js';
import type { CheckedToken } from '../revocation/revocation-check.js';
import type { Revocations } from '../revocation/revocations.js';
import type { KnownTokens } from '../verification/known-tokens.js';
import {
  assertBearer,
  type PossessionPolicy,
  type PresentedToken,
  provePossession,
} from './possession.js';
import type { Presentation, PresentationRequirement } from './presentation.js';

/** What presented tokens are checked against. */
export interface PresentedTokensOptions<Claims> {
  readonly known: KnownTokens<Claims>;
  readonly possession: PossessionPolicy;
  /** `undefined` when tokens are accepted until they expire. */
  readonly revocations: Revocations | undefined;
}

/** A token that was presented, and how. */
interface Presented {
  readonly presentation: Presentation;
  readonly digest: string | undefined;
  readonly requirement: PresentationRequirement;
  /** `undefined` where the authorization server need not be asked now. */
  readonly inquiry: Inquiry | undefined;
}

/** Accepts presented tokens. */
export class PresentedTokens<Claims> {
  readonly #known: KnownTokens<Claims>;
  readonly #possession: PossessionPolicy;
  readonly #revocations: Revocations | undefined;

  constructor({ known, possession, revocations }: PresentedTokensOptions<Claims>) {
    this.#known = known;
    this.#possession = possession;
    this.#revocations = revocations;
  }

  /**
   * Accepts a token without a proof of possession.
   *
   * @returns Synchronously when nothing has to be awaited.
   * @throws As `AccessTokenVerifier.verify()`, synchronously or by rejecting.
   */
  verifyBearer(token: string): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> {
    const known = this.#known.verify(token, this.#known.digestOf(token));
    return settle(known, this.#acceptBearer);
  }

  /**
   * Accepts a token and what proves its possession.
   *
   * @returns Synchronously when nothing has to be awaited.
   * @throws As `AccessTokenVerifier.verifyPresented()`, synchronously or by rejecting.
   */
  verifyPresented(
    presentation: Presentation,
    requirement: PresentationRequirement = {},
  ): PresentedToken<Claims> | Promise<PresentedToken<Claims>> {
    const digest = this.#known.digestOf(presentation.token);
    const inquiry = requirement.fresh === true ? { isFresh: false } : undefined;
    const presented = { presentation, digest, requirement, inquiry };
    const known = this.#known.verify(presentation.token, digest, inquiry);
    return settle(known, (token) =>
      notingOrigin(
        () => {
          const accepted = this.#accept(token, presented);
          // The token may lapse while something else is awaited.
          return isThenable(accepted) ? this.#assertStillAcceptable(accepted) : accepted;
        },
        (error) => noteVerifiedOrigin(error, token),
      ),
    );
  }

  /**
   * Asks the authorization server now about a token that was accepted before.
   *
   * @param sent - The token as it was sent.
   * @throws As `AccessTokenVerifier.verifyPresented()` with `fresh` (rejects).
   */
  async askNow(
    token: VerifiedAccessToken<Claims>,
    sent: string,
  ): Promise<VerifiedAccessToken<Claims>> {
    const digest = this.#known.digestOf(sent);
    const asked = this.#askNow({ token, nonce: undefined }, { token: sent, digest });
    try {
      return (await this.#assertStillAcceptable(asked)).token;
    } catch (error) {
      throw noteVerifiedOrigin(error, token);
    }
  }

  /**
   * Finds a cached token that is acceptable as a bearer token without any further question.
   *
   * @returns `undefined` also where the application must be asked whether the token was revoked.
   */
  findCached(token: string): VerifiedAccessToken<Claims> | undefined {
    if (this.#possession.senderConstraint !== undefined) return undefined;
    if (this.#revocations?.asksHook === true) return undefined;
    const cached = this.#known.findCached(token);
    return cached && isUnbound(cached) && !this.#isRefused(cached) ? cached : undefined;
  }

  /** Creates no closure, because most requests end here. */
  readonly #acceptBearer = (
    token: KnownToken<Claims>,
  ): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> => {
    try {
      const unbound = assertBearer(token, this.#possession);
      return this.#revocations === undefined ? unbound : this.#unlessRevoked(unbound);
    } catch (error) {
      throw noteVerifiedOrigin(error, token);
    }
  };

  #accept(
    token: KnownToken<Claims>,
    { presentation, digest, requirement, inquiry }: Presented,
  ): PresentedToken<Claims> | Promise<PresentedToken<Claims>> {
    const credentials = { token, digest, presentation, requirement };
    const proven = provePossession(credentials, this.#possession);
    if (inquiry === undefined && this.#revocations === undefined) return proven;
    return settle(proven, (possessed) => {
      const isAsked = inquiry === undefined || inquiry.isFresh;
      const fresh = isAsked
        ? possessed
        : this.#askNow(possessed, { token: presentation.token, digest });
      return settle(fresh, this.#presentedUnlessRevoked);
    });
  }

  async #askNow(
    { token, nonce }: PresentedToken<Claims>,
    sent: { readonly token: string; readonly digest: string | undefined },
  ): Promise<PresentedToken<Claims>> {
    // What the answer narrows was verified, and its possession proven.
    const narrowed = (await this.#known.askNow(token, sent)) as VerifiedAccessToken<Claims>;
    return { token: narrowed, nonce };
  }

  /** Whether a token was revoked, or that is unknown: the request that follows reports which. */
  #isRefused(token: KnownToken<Claims>): boolean {
    if (this.#revocations === undefined) return false;
    try {
      this.#revocations.checkAgain(this.#checkedTokenOf(token));
      return false;
    } catch {
      return true;
    }
  }

  readonly #presentedUnlessRevoked = (
    presented: PresentedToken<Claims>,
  ): PresentedToken<Claims> | Promise<PresentedToken<Claims>> => {
    const checked = this.#revocations?.check(this.#checkedTokenOf(presented.token));
    return isThenable(checked) ? checked.then(() => presented) : presented;
  };

  #unlessRevoked(
    token: VerifiedAccessToken<Claims>,
  ): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> {
    const checked = this.#revocations?.check(this.#checkedTokenOf(token));
    if (!isThenable(checked)) return token;
    // The token may lapse while the application is asked.
    const presented = checked.then(() => ({ token }));
    return this.#known.assertUnlapsed(presented).then(
      () => token,
      (error: unknown) => {
        throw noteVerifiedOrigin(error, token);
      },
    );
  }

  #checkedTokenOf(token: KnownToken<Claims>): CheckedToken {
    const memo = this.#known.verificationOf(token, 'verifyPresented');
    return { token, memo, nowMs: this.#possession.clock() };
  }

  async #assertStillAcceptable(
    waiting: Promise<PresentedToken<Claims>>,
  ): Promise<PresentedToken<Claims>> {
    const presented = await this.#known.assertUnlapsed(waiting);
    this.#revocations?.checkAgain(this.#checkedTokenOf(presented.token));
    return presented;
  }
}
