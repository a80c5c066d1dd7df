/**
 * Stores the verified tokens of requests without modifying the requests.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
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
  readonly #admissions = new WeakMap<IncomingMessage, Admission<Claims>>();
  readonly #responses = new WeakMap<IncomingMessage, ServerResponse>();

  /**
   * Adds a request that a guard has let through.
   *
   * @param named - Every scope that the guard names.
   */
  add(
    { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
    token: VerifiedAccessToken<Claims> | undefined,
    named: ReadonlySet<string>,
  ): void {
    const earlier = this.#admissions.get(req)?.named ?? NONE;
    this.#admissions.set(req, { token: token ?? null, named: unite(earlier, named) });
    // Express sets it.
    if (!('res' in req)) this.#responses.set(req, res);
  }

  /** Finds the scopes that earlier guards name; empty without such guards. */
  findNamedScopes(req: IncomingMessage): ReadonlySet<string> {
    return this.#admissions.get(req)?.named ?? NONE;
  }

  /** Finds the response to a guarded request. */
  findResponse(req: IncomingMessage): unknown {
    return 'res' in req ? req.res : this.#responses.get(req);
  }

  /** Finds the token that an earlier guard has verified. */
  findToken(req: IncomingMessage): VerifiedAccessToken<Claims> | undefined {
    return this.#admissions.get(req)?.token ?? undefined;
  }

  /**
   * Returns the token of a guarded request.
   *
   * @throws TypeError No guard let this request through with a token.
   */
  getToken(req: IncomingMessage): VerifiedAccessToken<Claims> {
    const token = this.#admissions.get(req)?.token;
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
  getTokenIfAny(req: IncomingMessage): VerifiedAccessToken<Claims> | undefined {
    return this.#admissions.get(req)?.token === null ? undefined : this.getToken(req);
  }
}

/** Creates a set only if each has a scope that the other lacks: most requests have one guard. */
function unite(earlier: ReadonlySet<string>, named: ReadonlySet<string>): ReadonlySet<string> {
  if (earlier.size === 0 || earlier === named) return named;
  const isNew = [...named].some((scope) => !earlier.has(scope));
  return isNew ? new Set([...earlier, ...named]) : earlier;
}
