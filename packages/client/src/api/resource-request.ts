/**
 * One request to an API: what may be sent where, and how often.
 *
 * @module
 */
import { isConfidentialUrl, hasUserinfo } from '@scopegate/protocol/internal';

/** A request, by the parts that redirects and repetitions change. */
export interface ResourceRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: NonNullable<RequestInit['body']> | null;
  readonly signal: AbortSignal | undefined;
  readonly redirect: NonNullable<RequestInit['redirect']>;
  /** All else that `fetch` was given, to be passed on. */
  readonly init: RequestInit;
}

/** Fetch standard §2.2.1: the methods whose case is mended. */
const NORMALIZED_METHODS = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);
/** RFC 9110 §9.2.2. */
const IDEMPOTENT_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Reads the arguments of `fetch`.
 *
 * @throws TypeError When the URL is none, or there is an `Authorization` header already.
 */
export function readRequest(
  input: string | URL | Request,
  init: RequestInit = {},
): ResourceRequest {
  if (input instanceof Request) return readRequest(input.url, withMembersOf(input, init));
  const headers = new Headers(init.headers);
  if (headers.has('authorization')) {
    throw new TypeError('the "Authorization" header is set by the token source');
  }
  return {
    url: readUrl(input),
    method: normalizeMethod(init.method ?? 'GET'),
    headers,
    body: init.body ?? null,
    signal: init.signal ?? undefined,
    redirect: init.redirect ?? 'follow',
    init,
  };
}

/** What a `Request` says, where `init` says nothing else. */
function withMembersOf(request: Request, init: RequestInit): RequestInit {
  const { method, headers, body, signal, redirect, integrity, keepalive } = request;
  const members = { method, headers, body, signal, redirect, integrity, keepalive };
  const said = Object.entries(init).filter(([, value]) => value !== undefined);
  return { ...members, ...Object.fromEntries(said) };
}

function readUrl(input: string | URL): URL {
  const url = String(input);
  if (URL.canParse(url)) return new URL(url);
  throw new TypeError('the URL must be absolute');
}

/** Fetch standard §2.2.1. */
function normalizeMethod(method: string): string {
  const upper = method.toUpperCase();
  return NORMALIZED_METHODS.has(upper) ? upper : method;
}

/**
 * Checks that a token may go to a URL. The message holds nothing of the URL, which may itself hold
 * credentials.
 *
 * @throws TypeError When it may not.
 * @see RFC 6750 §5.3
 */
export function assertGuarded(url: URL, origins: ReadonlySet<string>): void {
  if (hasUserinfo(url)) throw new TypeError('the URL must not hold credentials');
  if (!isConfidentialUrl(url)) throw new TypeError('the URL must be https: the token stays here');
  if (origins.has(url.origin)) return;
  throw new TypeError(
    'the URL is of another origin than "resource" and "origins" name: the token stays here',
  );
}

/** Sends a request, with a token or without. */
export function send(
  fetch: typeof globalThis.fetch,
  request: ResourceRequest,
  token: string | undefined,
): Promise<Response> {
  const headers = new Headers(request.headers);
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  const { url, method, body, signal, init } = request;
  return fetch(url.href, {
    ...init,
    method,
    headers,
    redirect: 'manual',
    body,
    ...(signal === undefined ? {} : { signal }),
    ...(isReplayable(request) ? {} : { duplex: 'half' }),
  });
}

/** Says whether a request can be sent again: its body is none, or one that is no stream. */
export function isReplayable({ body }: ResourceRequest): boolean {
  return (
    body === null ||
    typeof body === 'string' ||
    body instanceof URLSearchParams ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body) ||
    body instanceof Blob ||
    body instanceof FormData
  );
}

/** Says whether a request that may have been processed can be sent again. */
export function isIdempotent({ method }: ResourceRequest): boolean {
  return IDEMPOTENT_METHODS.has(method);
}
