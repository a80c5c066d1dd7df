/**
 * Stores the verified tokens of requests without modifying the requests.
 *
 * @module
 */
import type { SenderConstraint, VerifiedAccessToken } from '@scopegate/access-token';
import type { AuthScheme } from '@scopegate/protocol';
import { combineConstraints } from '../sender-constraint.js';

/** The admission of a request by a guard. */
export interface Admission<Claims> {
  /** `undefined` for an anonymous caller. */
  readonly token: VerifiedAccessToken<Claims> | undefined;
  /** Every scope that the guard names. */
  readonly named: ReadonlySet<string>;
  /** The scheme that the request used; `undefined` for an anonymous caller. */
  readonly scheme?: AuthScheme | undefined;
  /** What the guard requires tokens to be bound to. */
  readonly senderConstraint?: SenderConstraint | undefined;
  /** The nonce to send with the response; `undefined` if the caller has the current one. */
  readonly nonce?: string | undefined;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * The requests that the guards of one resource server have let through, each with its token and
 * the scopes that those guards name.
 */
export class VerifiedRequests<Claims> {
  readonly #admissions = new WeakMap<object, Admission<Claims>>();

  /** Adds a request that a guard has let through. */
  add(request: object, { token, named, scheme, senderConstraint, nonce }: Admission<Claims>): void {
    const earlier = this.#admissions.get(request);
    this.#admissions.set(request, {
      token,
      named: unite(earlier?.named ?? NONE, named),
      scheme,
      senderConstraint: combineConstraints(earlier?.senderConstraint, senderConstraint),
      nonce: nonce ?? earlier?.nonce,
    });
  }

  /** Finds the admission of a request by the guards that have run. */
  find(request: object): Admission<Claims> | undefined {
    return this.#admissions.get(request);
  }

  /** Finds the scopes that earlier guards name; empty without such guards. */
  findNamedScopes(request: object): ReadonlySet<string> {
    return this.#admissions.get(request)?.named ?? NONE;
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

/** Creates a set only if each has a scope that the other lacks: most requests have one guard. */
function unite(earlier: ReadonlySet<string>, named: ReadonlySet<string>): ReadonlySet<string> {
  if (earlier.size === 0 || earlier === named) return named;
  const isNew = [...named].some((scope) => !earlier.has(scope));
  return isNew ? new Set([...earlier, ...named]) : earlier;
}
