/**
 * Requests to an API: which may carry a token, and which may be repeated.
 *
 * @module
 */
import { hasUserinfo, isTransportAllowed, type TransportRules } from '@scopegate/protocol/internal';

/** A request to an API, split into the parts that redirects and retries change. */
export interface ResourceRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: NonNullable<RequestInit['body']> | null;
  readonly signal: AbortSignal | undefined;
  readonly redirect: NonNullable<RequestInit['redirect']>;
  /** The `init` argument of `fetch`, whose other members are passed on. */
  readonly init: RequestInit;
}

/** Where the application lets requests go. */
export interface ResourceRules extends TransportRules {
  /** The origins that the application has named. */
  readonly origins: ReadonlySet<string>;
}

/** RFC 9110 §9.2.2. */
const IDEMPOTENT_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Reads the arguments of `fetch`. Methods are converted to upper case: `fetch` would send `patch`
 * unchanged, and servers compare methods, and those of proofs, by case (RFC 9110 §9.1).
 *
 * @throws TypeError The URL is not absolute, or there is an `Authorization` or `DPoP` header.
 */
export function readRequest(
  input: string | URL | Request,
  init: RequestInit = {},
): ResourceRequest {
  if (input instanceof Request) return readRequest(input.url, withMembersOf(input, init));
  const headers = new Headers(init.headers);
  if (headers.has('authorization')) {
    throw new TypeError('the "Authorization" header must be omitted; the token source sets it');
  }
  if (headers.has('dpop')) {
    throw new TypeError('the "DPoP" header must be omitted; set "dpop" of the client');
  }
  return {
    url: readUrl(input),
    method: (init.method ?? 'GET').toUpperCase(),
    headers,
    body: init.body ?? null,
    signal: init.signal ?? undefined,
    redirect: init.redirect ?? 'follow',
    init,
  };
}

/** Returns `init` with the members of a `Request` as its defaults. */
function withMembersOf(request: Request, init: RequestInit): RequestInit {
  const { method, headers, body, signal, redirect, integrity, keepalive } = request;
  const members = { method, headers, body, signal, redirect, integrity, keepalive };
  const given = Object.entries(init).filter(([, value]) => value !== undefined);
  return { ...members, ...Object.fromEntries(given) };
}

function readUrl(input: string | URL): URL {
  const url = String(input);
  if (URL.canParse(url)) return new URL(url);
  throw new TypeError('the URL must be absolute');
}

/**
 * Asserts that a token may be sent to a URL. The message does not quote the URL, because it may
 * contain credentials.
 *
 * @throws TypeError The token may not be sent there.
 * @see RFC 6750 §5.3
 */
export function assertGuarded(url: URL, rules: ResourceRules): void {
  if (hasUserinfo(url)) throw new TypeError('the URL must not contain credentials');
  if (!isTransportAllowed(url, rules)) {
    throw new TypeError(
      'the URL must use https, so the token was not sent; use https or set "dangerouslyAllowHttp"',
    );
  }
  if (rules.origins.has(url.origin)) return;
  throw new TypeError(
    'the origin of the URL is not covered by "resource" or "origins"; the token was not sent',
  );
}

/** The header fields that carry a token. */
export interface CredentialFields {
  readonly authorization: string;
  /** The proof, with a bound token. */
  readonly dpop?: string;
}

/** Sends a request, with or without a token. */
export function send(
  fetch: typeof globalThis.fetch,
  request: ResourceRequest,
  credentials: CredentialFields | undefined,
): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(credentials ?? {})) headers.set(name, String(value));
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

/** Whether a request can be sent again: it has no body, or one that is not a stream. */
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

/** Whether a request has the same effect when it is sent again. RFC 9110 §9.2.2. */
export function isIdempotent({ method }: ResourceRequest): boolean {
  return IDEMPOTENT_METHODS.has(method);
}
