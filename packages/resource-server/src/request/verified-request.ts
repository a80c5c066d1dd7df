/**
 * Stores the verified tokens of requests without modifying the requests.
 *
 * @module
 */
import type { SenderConstraint, VerifiedAccessToken } from '@scopegate/access-token';
import type { AuthScheme, ChallengeError, RequiredAuthentication } from '@scopegate/protocol';
import { combineConstraints } from '../sender-constraint.js';
import { combineAuthentication } from '../user-authentication.js';

/** What guards require of the token of a request. */
export interface TokenRequirements {
  /** Every scope that is named. */
  readonly named: ReadonlySet<string>;
  /** How users must be authenticated; `undefined` when any authentication is accepted. */
  readonly authentication?: RequiredAuthentication | undefined;
  /** What tokens must be bound to. */
  readonly senderConstraint?: SenderConstraint | undefined;
  /** Returns the refusal of a token that does not meet them, such as one that was narrowed since then. */
  readonly refusalOf: TokenCheck;
}

/** Returns the refusal of a token, if any. */
export type TokenCheck = (token: VerifiedAccessToken<unknown>) => ChallengeError | undefined;

/** The admission of a request by a guard. */
export interface Admission<Claims> {
  /** `undefined` for an anonymous caller. */
  readonly token: VerifiedAccessToken<Claims> | undefined;
  /** What the guard requires. */
  readonly required: TokenRequirements;
  /** Whether the authorization server was asked about the token for this request. */
  readonly fresh?: boolean | undefined;
  /** The scheme that the request used; `undefined` for an anonymous caller. */
  readonly scheme?: AuthScheme | undefined;
  /** The nonce to send with the response; `undefined` if the caller has the current one. */
  readonly nonce?: string | undefined;
}

const NONE: TokenRequirements = Object.freeze({
  named: new Set<string>(),
  refusalOf: () => undefined,
});

/**
 * The requests that the guards of one resource server have let through, each with its token and
 * what those guards require of it.
 */
export class VerifiedRequests<Claims> {
  readonly #admissions = new WeakMap<object, Admission<Claims>>();

  /** Adds a request that a guard has let through. */
  add(request: object, { token, required, fresh, scheme, nonce }: Admission<Claims>): void {
    const earlier = this.#admissions.get(request);
    this.#admissions.set(request, {
      token,
      required: earlier === undefined ? required : combineRequirements(earlier.required, required),
      fresh: fresh === true || earlier?.fresh,
      scheme,
      nonce: nonce ?? earlier?.nonce,
    });
  }

  /** Finds the admission of a request by the guards that have run. */
  find(request: object): Admission<Claims> | undefined {
    return this.#admissions.get(request);
  }

  /** Returns what earlier guards require; nothing without such guards. */
  requirementsOf(request: object): TokenRequirements {
    return this.#admissions.get(request)?.required ?? NONE;
  }

  /**
   * Returns the token of a guarded request.
   *
   * @throws TypeError No guard let this request through with a token.
   */
  getToken(request: object): VerifiedAccessToken<Claims> {
    const admission = this.#admissions.get(request);
    if (admission?.token !== undefined) return admission.token;
    throw new TypeError(
      admission !== undefined
        ? 'this request is anonymous; use accessTokenIfAny() behind optionalAccessToken()'
        : 'no guard of this resource server ran on this request; mount one in front of the handler',
    );
  }

  /**
   * Returns the token of a guarded request, or `undefined` for an anonymous caller.
   *
   * @throws TypeError No guard let this request through.
   */
  getTokenIfAny(request: object): VerifiedAccessToken<Claims> | undefined {
    const admission = this.#admissions.get(request);
    return admission === undefined ? this.getToken(request) : admission.token;
  }
}

/** Combines requirements that a token must all meet. */
export function combineRequirements(
  earlier: TokenRequirements,
  later: TokenRequirements,
): TokenRequirements {
  return {
    named: unite(earlier.named, later.named),
    authentication: combineAuthentication(earlier.authentication, later.authentication),
    senderConstraint: combineConstraints(earlier.senderConstraint, later.senderConstraint),
    refusalOf: combineChecks(earlier.refusalOf, later.refusalOf),
  };
}

function combineChecks(earlier: TokenCheck, later: TokenCheck): TokenCheck {
  return earlier === later ? later : (token) => earlier(token) ?? later(token);
}

/** Creates a set only if each has a scope that the other lacks: most requests have one guard. */
function unite(earlier: ReadonlySet<string>, named: ReadonlySet<string>): ReadonlySet<string> {
  if (earlier.size === 0 || earlier === named) return named;
  const isNew = [...named].some((scope) => !earlier.has(scope));
  return isNew ? new Set([...earlier, ...named]) : earlier;
}
