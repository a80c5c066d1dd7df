/**
 * A `fetch` that attaches a token, to the places that may see it.
 *
 * @module
 */
import { pause, untilAborted, readRetryAfterMs } from '@scopegate/protocol/internal';
import type { AccessToken } from '../token/access-token.js';
import { isTokenRefused } from './token-refusal.js';
import { ResourceRedirectError, TokenClientError } from '../errors.js';
import { redirectRequest } from './redirect.js';
import {
  assertGuarded,
  isIdempotent,
  isReplayable,
  readRequest,
  type ResourceRequest,
  send,
} from './resource-request.js';

/** Where tokens come from, and where they go. */
export interface AuthorizedFetchOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly origins: ReadonlySet<string>;
  /** 0 returns a 503 at once. */
  readonly maxRetryAfterMs: number;
  readonly clock: () => number;
  readonly getToken: (signal: AbortSignal | undefined) => Promise<AccessToken>;
  /** Gets another token in place of one that was refused, if there is one. */
  readonly replaceToken: (
    refused: AccessToken,
    signal: AbortSignal | undefined,
  ) => Promise<AccessToken | undefined>;
  /** Told when the API took the token. */
  readonly acceptToken: () => void;
  /** Told when a request is made once more. */
  readonly onRetry: (reason: 'invalid_token' | 'unavailable') => void;
}

/** As many as `fetch` itself follows. Fetch standard §4.4. */
const MAX_REDIRECTS = 20;

/** What has happened in the course of one call. */
interface Call {
  /** `undefined` once the call has left the origin it began at. */
  token: AccessToken | undefined;
  renewed: boolean;
  waited: boolean;
}

/**
 * Makes a `fetch` that attaches a token in the `Authorization` header.
 *
 * Redirects are followed by hand; the token is dropped for good when one leads to another origin. To
 * origins that the application has not named go no body and no header fields that may be credentials. A token that the API refuses is replaced and the request
 * repeated, once; a 403 never is, and no body that is a stream.
 *
 * @see RFC 6750 §2.1, §3.1, §5.3; RFC 9110 §15.5.2, §15.5.4
 */
export function createAuthorizedFetch(options: AuthorizedFetchOptions): typeof globalThis.fetch {
  return async function authorizedFetch(input, init) {
    let request = readRequest(input, init);
    assertGuarded(request.url, options.origins);
    const token = await options.getToken(request.signal);
    const call: Call = { token, renewed: false, waited: false };
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const response = await exchange(request, call, options);
      const next = followRedirect(request, response, options.origins);
      if (next === undefined) return response;
      if (next.url.origin !== request.url.origin) call.token = undefined;
      request = next;
    }
    throw new ResourceRedirectError('too_many');
  };
}

/** Sends a request, and once more each where a fresh token or a little patience may help. */
async function exchange(
  request: ResourceRequest,
  call: Call,
  options: AuthorizedFetchOptions,
): Promise<Response> {
  for (;;) {
    const answer = send(options.fetch, request, call.token?.value);
    try {
      const response = await untilAborted(answer, request.signal);
      if (await renewToken(request, response, call, options)) options.onRetry('invalid_token');
      else if (await waitAsTold(request, response, call, options)) options.onRetry('unavailable');
      else return response;
    } catch (error) {
      // It may have come already, or may come yet: a `fetch` that ignores its signal goes on.
      void Promise.resolve(answer)
        .then(discard)
        .catch(() => undefined);
      throw error;
    }
  }
}

async function renewToken(
  request: ResourceRequest,
  response: Response,
  call: Call,
  options: AuthorizedFetchOptions,
): Promise<boolean> {
  const { token } = call;
  if (token === undefined) return false;
  if (response.status !== 401) {
    if (response.status < 500) options.acceptToken();
    return false;
  }
  if (call.renewed || !isReplayable(request) || !isTokenRefused(response.headers)) return false;
  call.renewed = true;
  const fresh = await replaceToken(token, request, options);
  if (fresh === undefined) return false;
  discard(response);
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
    // The answer of the API says more to the caller; why there is no fresh token, an event says.
    if (error instanceof TokenClientError) return undefined;
    throw error;
  }
}

async function waitAsTold(
  request: ResourceRequest,
  response: Response,
  call: Call,
  { clock, maxRetryAfterMs, getToken }: AuthorizedFetchOptions,
): Promise<boolean> {
  if (response.status !== 503 || maxRetryAfterMs === 0 || call.waited) return false;
  if (!isIdempotent(request) || !isReplayable(request)) return false;
  const waitMs = readRetryAfterMs(response.headers, clock());
  if (waitMs === undefined || waitMs > maxRetryAfterMs) return false;
  call.waited = true;
  discard(response);
  await pause(waitMs, request.signal);
  if (call.token !== undefined) call.token = await getToken(request.signal);
  return true;
}

function followRedirect(
  request: ResourceRequest,
  response: Response,
  origins: ReadonlySet<string>,
): ResourceRequest | undefined {
  try {
    const next = redirectRequest(request, response, origins);
    if (next !== undefined) discard(response);
    return next;
  } catch (error) {
    discard(response);
    throw error;
  }
}

/**
 * Discards an answer that is not read, so that its connection is free again. Not waited for: when, and
 * whether, a stream says that it is cancelled is up to the `fetch` of the application.
 */
function discard({ body }: Response): void {
  // A body that broke off, or that is not a stream of the standard, cannot be cancelled.
  void Promise.resolve(body)
    .then((stream) => stream?.cancel())
    .catch(() => undefined);
}
