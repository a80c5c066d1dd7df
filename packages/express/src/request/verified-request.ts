/**
 * Stores the verified tokens of requests without modifying the requests.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';

/**
 * The requests that the guards of one resource server have let through, each with its token, or
 * `null` for an anonymous caller.
 */
export class VerifiedRequests<Claims> {
  readonly #tokens = new WeakMap<IncomingMessage, VerifiedAccessToken<Claims> | null>();
  readonly #responses = new WeakMap<IncomingMessage, ServerResponse>();

  /** @param res - Stored only for a request without a `res` member; Express sets it. */
  add(
    req: IncomingMessage,
    res: ServerResponse,
    token: VerifiedAccessToken<Claims> | undefined,
  ): void {
    this.#tokens.set(req, token ?? null);
    if (!('res' in req)) this.#responses.set(req, res);
  }

  /** Finds the response to a guarded request. */
  findResponse(req: IncomingMessage): unknown {
    return 'res' in req ? req.res : this.#responses.get(req);
  }

  /** Finds the token that an earlier guard has verified. */
  findToken(req: IncomingMessage): VerifiedAccessToken<Claims> | undefined {
    return this.#tokens.get(req) ?? undefined;
  }

  /**
   * Returns the token of a guarded request.
   *
   * @throws TypeError No guard let this request through with a token.
   */
  getToken(req: IncomingMessage): VerifiedAccessToken<Claims> {
    const token = this.#tokens.get(req);
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
    return this.#tokens.get(req) === null ? undefined : this.getToken(req);
  }
}
