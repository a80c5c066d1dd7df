/**
 * Stores the verified tokens of requests without modifying the requests.
 *
 * @module
 */
import type { SenderConstraint, VerifiedAccessToken } from '@scopegate/access-token';
import type { AuthScheme, ChallengeError, RequiredAuthentication } from '@scopegate/protocol';
import { combineConstraints } from '../sender-constraint.js';
import { findState, type RequestState, stateOf } from './request-state.js';
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
  /** Whether only guards that enforce nothing have run, so that the next guard decides as the first one. */
  readonly isReported?: boolean | undefined;
}

/** What a guard requires that enforces nothing. */
export const NO_REQUIREMENTS: TokenRequirements = Object.freeze({
  named: new Set<string>(),
  refusalOf: () => undefined,
});

/**
 * The requests that the guards of one resource server have let through, each with its token and
 * what those guards require of it.
 */
export class VerifiedRequests<Claims> {
  /** Adds a request that a guard has let through. */
  add(
    request: object,
    { token, required, fresh, scheme, nonce, isReported = false }: Admission<Claims>,
  ): void {
    const state = stateOf(request);
    const found = this.#admissionIn(state);
    // What a guard that enforces nothing has found out must not count for one that does.
    const earlier = isReported || found?.isReported !== true ? found : undefined;
    const admission: Admission<Claims> = {
      token,
      required: earlier === undefined ? required : combineRequirements(earlier.required, required),
      fresh: fresh === true || earlier?.fresh,
      scheme,
      nonce: nonce ?? earlier?.nonce,
      isReported,
    };
    this.#setAdmission(state, admission);
  }

  /** Finds the admission of a request by the guards that have run. */
  find(request: object): Admission<Claims> | undefined {
    const state = findState(request);
    return state && this.#admissionIn(state);
  }

  /** Returns what earlier guards require; nothing without such guards. */
  requirementsOf(request: object): TokenRequirements {
    return this.find(request)?.required ?? NO_REQUIREMENTS;
  }

  /**
   * Returns the token of a guarded request.
   *
   * @throws TypeError No guard let this request through with a token.
   */
  getToken(request: object): VerifiedAccessToken<Claims> {
    const admission = this.find(request);
    if (admission?.token !== undefined) return admission.token;
    throw new TypeError(describeMissing(admission));
  }

  /**
   * Returns the token of a guarded request, or `undefined` for an anonymous caller.
   *
   * @throws TypeError No guard let this request through.
   */
  getTokenIfAny(request: object): VerifiedAccessToken<Claims> | undefined {
    const admission = this.find(request);
    return admission === undefined ? this.getToken(request) : admission.token;
  }

  #setAdmission(state: RequestState, admission: Admission<Claims>): void {
    state.owner ??= this;
    if (state.owner === this) state.admission = admission;
    else (state.others ??= new Map()).set(this, admission);
  }

  #admissionIn({ owner, admission, others }: RequestState): Admission<Claims> | undefined {
    const own = owner === this ? admission : others?.get(this);
    // Only `add()` stores something for this object.
    return own as Admission<Claims> | undefined;
  }
}

function describeMissing(admission: Admission<unknown> | undefined): string {
  if (admission === undefined) {
    return 'no guard of this resource server ran on this request; mount one in front of the handler';
  }
  return admission.isReported === true
    ? 'this request has no token that the guard accepts, and the guard only reports; use accessTokenIfAny()'
    : 'this request is anonymous; use accessTokenIfAny() behind optionalAccessToken()';
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
