/**
 * Members of a verifier that only other packages of Scopegate use.
 *
 * @module
 */
import type { AccessTokenVerifier } from './access-token-verifier.js';
import type { ExplainOptions } from './explain/explain-options.js';
import type { TokenExplanation } from './explain/explanation.js';
import type { ResolvedPossession } from './options/resolve-possession.js';
import type { PresentedToken } from './possession/possession.js';
import type { PresentationRequirement, Presentation } from './possession/presentation.js';
import type { TokenTrial } from './trial/token-trial.js';
import type { VerifiedAccessToken } from './claims/verified-token.js';

/** The members of a verifier that are not public. */
export interface InnerMembers<Claims> {
  /** The trusted issuers, in the order of the options; empty when they are found at run time. */
  readonly issuers: readonly string[];
  /**
   * The identifiers of this resource server that issuers name in `aud`, each listed once; empty when
   * all of them name a client instead. When the issuers are found at run time, only the shared ones.
   */
  readonly audiences: readonly string[];
  /** Like `verify()`, but returns the token or throws synchronously when the keys are available. */
  verifyMaybeSync(
    token: string,
  ): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>>;
  /** Like `verifyPresented()`, but returns or throws synchronously where nothing has to be awaited. */
  verifyPresentedMaybeSync(
    presentation: Presentation,
    requirement?: PresentationRequirement,
  ): PresentedToken<Claims> | Promise<PresentedToken<Claims>>;
  /** How possession is proven. */
  readonly possession: ResolvedPossession;
  /** Whether every issuer can be asked about its tokens, as the requirement `fresh` needs. */
  readonly canAskNow: boolean;
  /**
   * Asks the authorization server now about a token that was accepted before. Its possession was proven and its
   * revocation was checked then, so neither is repeated.
   *
   * @param sent - The token as it was sent.
   * @throws InvalidTokenError (rejects) As `verifyPresented()` with `fresh`.
   * @throws IntrospectionUnavailableError (rejects)
   */
  askNow(token: VerifiedAccessToken<Claims>, sent: string): Promise<VerifiedAccessToken<Claims>>;
  /** The clock of the verifier, in milliseconds since the epoch, and the tolerance for others. */
  readonly time: { readonly clock: () => number; readonly clockToleranceSeconds: number };
  /** Returns the nonce that proofs should contain now; `undefined` if nonces are not demanded. */
  currentNonce(): string | undefined;
  /** Returns an object that everything that was created for one token shares while the token is cached. */
  activityOf(token: VerifiedAccessToken<Claims>): object;
  /**
   * Looks a token up in the cache; never verifies.
   *
   * @returns The cached token if it is still acceptable as a bearer token; `undefined` otherwise, when the schema
   *   `claims` creates the claims for each request, and when the application must be asked whether the
   *   token was revoked.
   */
  findCached(token: string): VerifiedAccessToken<Claims> | undefined;
  /**
   * Creates the trial of stricter options for tokens.
   *
   * @param options - Those of {@link TokenTrialOptions}, whose names are known.
   * @throws TypeError An option is out of range, or accepts what is refused now.
   */
  createTokenTrial(options: Readonly<Record<string, unknown>>): TokenTrial;
  /**
   * Like `explain()`, but a required scope may also be one that the scopes of the token imply.
   *
   * @param addImplied - Returns scopes together with those that they imply.
   */
  explainImplied(
    token: string,
    addImplied: (scopes: ReadonlySet<string>) => ReadonlySet<string>,
    options?: ExplainOptions,
  ): Promise<TokenExplanation>;
}

/** A verifier with all of its members. */
export type VerifierInternals<Claims> = AccessTokenVerifier<Claims> & InnerMembers<Claims>;

const innerMembers = new WeakMap<AccessTokenVerifier<unknown>, InnerMembers<unknown>>();

/** Attaches the members of a verifier that are not public. */
export function attachInternals<Claims>(
  verifier: AccessTokenVerifier<Claims>,
  members: InnerMembers<Claims>,
): void {
  innerMembers.set(verifier, members);
}

/**
 * Returns a verifier with all of its members.
 *
 * @throws TypeError `createAccessTokenVerifier()` did not create the verifier.
 */
export function internalsOf<Claims>(
  verifier: AccessTokenVerifier<Claims>,
): VerifierInternals<Claims> {
  const members = innerMembers.get(verifier);
  if (members === undefined) {
    throw new TypeError(
      'internalsOf() expects a verifier that createAccessTokenVerifier() created',
    );
  }
  // They were attached to a verifier of tokens with these claims.
  return Object.freeze({ ...verifier, ...(members as InnerMembers<Claims>) });
}
