/**
 * A `fetch` that sends a token, but only to origins that may receive it.
 *
 * @module
 */
import {
  pause,
  readRetryAfterMs,
  type TransportRules,
  untilAborted,
} from '@scopegate/protocol/internal';
import type { Proofs } from '../dpop/proofs.js';
import { ResourceRedirectError, TokenClientError } from '../errors.js';
import type { AccessToken } from '../token/access-token.js';
import { sendBound } from './bound-request.js';
import { discardResponse } from './discard-response.js';
import { keepsToken, redirectRequest } from './redirect.js';
import {
  assertGuarded,
  isIdempotent,
  isReplayable,
  readRequest,
  type ResourceRequest,
  send,
} from './resource-request.js';
import { isTokenRefused } from './token-refusal.js';

/** What an authorized fetch needs from its token source. */
export interface AuthorizedFetchOptions extends TransportRules {
  readonly fetch: typeof globalThis.fetch;
  /** Makes proofs for bound tokens; `undefined` for bearer tokens. */
  readonly proofs: Proofs | undefined;
  readonly origins: ReadonlySet<string>;
  /** The longest `Retry-After` to wait for; with 0 a 503 is returned immediately. */
  readonly maxRetryAfterMs: number;
  readonly clock: () => number;
  readonly getToken: (signal: AbortSignal | undefined) => Promise<AccessToken>;
  /** Replaces a refused token; `undefined` when no other is available. */
  readonly replaceToken: (
    refused: AccessToken,
    signal: AbortSignal | undefined,
  ) => Promise<AccessToken | undefined>;
  /** Called when the API accepted the token. */
  readonly acceptToken: () => void;
  /** Called before a request is repeated. */
  readonly onRetry: (reason: ResourceRetry) => void;
}

/** Why a request is repeated. */
export type ResourceRetry = 'invalid_token' | 'unavailable' | 'use_dpop_nonce';

/** The same limit as in `fetch`. Fetch Standard §4.4. */
const MAX_REDIRECTS = 20;

/** The state of one call. */
interface Call {
  /** The request to send next: the given one, or that of a redirect. */
  request: ResourceRequest;
  /** `undefined` once a redirect has led to another origin. */
  token: AccessToken | undefined;
  renewed: boolean;
  waited: boolean;
}

/**
 * Creates a `fetch` that sends a token in the `Authorization` header, and a new proof with each request
 * if the token is bound.
 *
 * Redirects are followed here instead of by the platform, and the token is dropped when one leads to
 * another origin. Origins that the application has not named receive no body and no header fields that
 * may be credentials. When the API refuses a token, the request is repeated once with another; a 403
 * is returned, and a stream is never sent again.
 *
 * @see RFC 6750 §2.1, §3.1, §5.3; RFC 9110 §15.5.2, §15.5.4; RFC 9449 §7, §9
 */
export function createAuthorizedFetch(options: AuthorizedFetchOptions): typeof globalThis.fetch {
  return async function authorizedFetch(input, init) {
    const request = readRequest(input, init);
    assertGuarded(request.url, options);
    const token = await options.getToken(request.signal);
    const call: Call = { request, token, renewed: false, waited: false };
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const response = await exchange(call, options);
      const next = followRedirect(call.request, response, options);
      if (next === undefined) return response;
      if (!keepsToken(call.request, next)) call.token = undefined;
      call.request = next;
    }
    throw new ResourceRedirectError('too_many');
  };
}

/** Sends a request once, or twice when the API requires a nonce. */
function sendCall({ request, token }: Call, options: AuthorizedFetchOptions): Promise<Response> {
  const { fetch, proofs, onRetry } = options;
  if (token === undefined) return send(fetch, request, undefined);
  if (proofs === undefined) return send(fetch, request, { authorization: `Bearer ${token.value}` });
  const onNonceRequired = (): void => {
    onRetry('use_dpop_nonce');
  };
  return sendBound(request, token.value, { fetch, proofs, onNonceRequired });
}

/** Sends a request. It is repeated once with a fresh token, and once after `Retry-After`. */
async function exchange(call: Call, options: AuthorizedFetchOptions): Promise<Response> {
  const { request } = call;
  for (;;) {
    const answer = sendCall(call, options);
    try {
      const response = await untilAborted(answer, request.signal);
      if (await renewToken(response, call, options)) options.onRetry('invalid_token');
      else if (await waitForRetryAfter(response, call, options)) options.onRetry('unavailable');
      else return response;
    } catch (error) {
      // A response may exist or still arrive, because a custom `fetch` may ignore its signal.
      void Promise.resolve(answer)
        .then(discardResponse)
        .catch(() => undefined);
      throw error;
    }
  }
}

async function renewToken(
  response: Response,
  call: Call,
  options: AuthorizedFetchOptions,
): Promise<boolean> {
  const { request, token } = call;
  if (token === undefined) return false;
  if (response.status !== 401) {
    if (response.status < 500) options.acceptToken();
    return false;
  }
  if (call.renewed || !isReplayable(request)) return false;
  if (!isTokenRefused(response.headers, token.type)) return false;
  call.renewed = true;
  const fresh = await replaceToken(token, request, options);
  if (fresh === undefined) return false;
  discardResponse(response);
  call.token = fresh;
  return true;
}

async function replaceToken(
  refused: AccessToken,
  { signal }: ResourceRequest,
  options: AuthorizedFetchOptions,
): Promise<AccessToken | undefined> {
  try {
    return await options.replaceToken(refused, signal);
  } catch (error) {
    // The API's response is more useful to the caller; an event reports why there is no fresh token.
    if (error instanceof TokenClientError) return undefined;
    throw error;
  }
}

async function waitForRetryAfter(
  response: Response,
  call: Call,
  { clock, maxRetryAfterMs, getToken }: AuthorizedFetchOptions,
): Promise<boolean> {
  const { request } = call;
  if (response.status !== 503 || maxRetryAfterMs === 0 || call.waited) return false;
  if (!isIdempotent(request) || !isReplayable(request)) return false;
  const waitMs = readRetryAfterMs(response.headers, clock());
  if (waitMs === undefined || waitMs > maxRetryAfterMs) return false;
  call.waited = true;
  discardResponse(response);
  await pause(waitMs, request.signal);
  if (call.token !== undefined) call.token = await getToken(request.signal);
  return true;
}

function followRedirect(
  request: ResourceRequest,
  response: Response,
  options: AuthorizedFetchOptions,
): ResourceRequest | undefined {
  try {
    const next = redirectRequest(request, response, options);
    if (next !== undefined) discardResponse(response);
    return next;
  } catch (error) {
    discardResponse(response);
    throw error;
  }
}
