/**
 * Stores the verified tokens of requests without modifying the requests.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';

/** The admission of a request by one guard. */
interface Admission<Claims> {
  /** `null` for an anonymous caller. */
  readonly token: VerifiedAccessToken<Claims> | null;
  /** The scopes that the guard requires, space-delimited; `undefined` when it requires none. */
  readonly sufficientScope: string | undefined;
  /** The admission by the previous guard; `undefined` for the first. */
  readonly earlier: Admission<Claims> | undefined;
}

/**
 * The requests that the guards of one resource server have let through, each with its token and
 * the scopes that were required for it.
 */
export class VerifiedRequests<Claims> {
  readonly #admissions = new WeakMap<IncomingMessage, Admission<Claims>>();
  readonly #responses = new WeakMap<IncomingMessage, ServerResponse>();

  /**
   * Adds a request that a guard has let through.
   *
   * @param sufficientScope - The scopes that the guard requires, space-delimited.
   */
  add(
    { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
    token: VerifiedAccessToken<Claims> | undefined,
    sufficientScope: string | undefined,
  ): void {
    const earlier = this.#admissions.get(req);
    this.#admissions.set(req, { token: token ?? null, sufficientScope, earlier });
    // Express sets it.
    if (!('res' in req)) this.#responses.set(req, res);
  }

  /** Lists the scopes that earlier guards have required, in the order of the guards. */
  listSufficientScopes(req: IncomingMessage): readonly string[] {
    const scopes: string[] = [];
    for (let each = this.#admissions.get(req); each !== undefined; each = each.earlier) {
      scopes.unshift(...(each.sufficientScope?.split(' ') ?? []));
    }
    return scopes;
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
