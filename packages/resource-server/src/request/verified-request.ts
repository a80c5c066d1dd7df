/**
 * Stores the verified tokens of requests without modifying the requests.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';

/** The admission of a request by the guards that have run. */
interface Admission<Claims> {
  /** `null` for an anonymous caller. */
  readonly token: VerifiedAccessToken<Claims> | null;
  /** Every scope that the guards name. */
  readonly named: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * The requests that the guards of one resource server have let through, each with its token and
 * the scopes that those guards name.
 */
export class VerifiedRequests<Claims> {
  readonly #admissions = new WeakMap<object, Admission<Claims>>();

  /**
   * Adds a request that a guard has let through.
   *
   * @param named - Every scope that the guard names.
   */
  add(
    request: object,
    token: VerifiedAccessToken<Claims> | undefined,
    named: ReadonlySet<string>,
  ): void {
    const earlier = this.#admissions.get(request)?.named ?? NONE;
    this.#admissions.set(request, { token: token ?? null, named: unite(earlier, named) });
  }

  /** Finds the scopes that earlier guards name; empty without such guards. */
  findNamedScopes(request: object): ReadonlySet<string> {
    return this.#admissions.get(request)?.named ?? NONE;
  }

  /** Finds the token that an earlier guard has verified. */
  findToken(request: object): VerifiedAccessToken<Claims> | undefined {
    return this.#admissions.get(request)?.token ?? undefined;
  }

  /**
   * Returns the token of a guarded request.
   *
   * @throws TypeError No guard let this request through with a token.
   */
  getToken(request: object): VerifiedAccessToken<Claims> {
    const token = this.#admissions.get(request)?.token;
    if (token) return token;
    throw new TypeError(
      token === null
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
    return this.#admissions.get(request)?.token === null ? undefined : this.getToken(request);
  }
}

/** Creates a set only if each has a scope that the other lacks: most requests have one guard. */
function unite(earlier: ReadonlySet<string>, named: ReadonlySet<string>): ReadonlySet<string> {
  if (earlier.size === 0 || earlier === named) return named;
  const isNew = [...named].some((scope) => !earlier.has(scope));
  return isNew ? new Set([...earlier, ...named]) : earlier;
}
