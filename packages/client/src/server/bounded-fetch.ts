/**
 * `fetch` for requests to the authorization server: limited in time and size, without redirects.
 *
 * @module
 */
import {
  findSystemCode,
  formatUrl,
  openBody,
  readBody,
  withDeadline,
} from '@scopegate/protocol/internal';
import { TokenRequestError } from '../errors.js';

/**
 * The limit of a decoded body. Metadata documents and token responses are about a hundred times
 * smaller.
 */
const MAX_BYTES = 512 * 1024;

/** Statuses whose responses have no body. Fetch Standard §2.2.3. */
const NULL_BODY_STATUSES = new Set([204, 205, 304]);

/** What a bounded fetch needs. */
export interface BoundedFetchOptions {
  readonly fetch: typeof globalThis.fetch;
  /** The time limit of one request, including reading the body, in milliseconds. */
  readonly timeoutMs: number;
  /** Aborts every request with its reason. */
  readonly signal: AbortSignal;
}

/** The part of `RequestInit` that oauth4webapi uses. */
export interface BoundedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: URLSearchParams | undefined;
}

/** The type of `fetch` that oauth4webapi expects. */
export type BoundedFetch = (url: string, request: BoundedRequest) => Promise<Response>;

/**
 * Creates a `fetch` that reads the body before it resolves, so that reading it cannot fail or hang.
 *
 * `WWW-Authenticate` is removed, because oauth4webapi would throw it instead of the error response:
 * RFC 6749 §5.2 puts the error into the body, and the challenge only repeats the client's scheme.
 *
 * It rejects with a {@link TokenRequestError} `network`, `timeout`, `redirect`, `status` or
 * `too_large`, whose message names the request.
 */
export function createBoundedFetch(options: BoundedFetchOptions): BoundedFetch {
  const { timeoutMs, signal } = options;
  return function boundedFetch(url, { method, headers: fields, body: form }) {
    const what = describeRequest(method, url);
    const createTimeoutError = (): Error =>
      new TokenRequestError('timeout', { detail: `${what}: ${timeoutMs} ms` });
    return withDeadline({ timeoutMs, signal, createTimeoutError }, async (ending) => {
      try {
        const response = await options.fetch(url, {
          method,
          headers: fields,
          ...(form === undefined ? {} : { body: form }),
          redirect: 'manual',
          signal: ending,
        });
        return await complete(response, what, ending);
      } catch (error) {
        // The request failed, the body broke off, or a custom `fetch` returned something else.
        if (error instanceof TokenRequestError) throw error;
        const code = findSystemCode(error) ?? 'no usable response';
        throw new TokenRequestError('network', { detail: `${what}: ${code}` });
      }
    });
  };
}

/** Describes a request in a message, without the parts of the URL that may be secret. */
export function describeRequest(method: string, url: string): string {
  return `${method} ${formatUrl(new URL(url))}`;
}

async function complete(response: Response, what: string, ending: AbortSignal): Promise<Response> {
  const chunks = openBody(response, ending);
  assertFinal(response, what);
  const body = await readBody(chunks, MAX_BYTES);
  // A cancelled body looks like a complete one.
  ending.throwIfAborted();
  if (body === undefined) {
    const detail = `${what} answered with more than ${MAX_BYTES} bytes`;
    throw new TokenRequestError('too_large', { detail });
  }
  const headers = new Headers(response.headers);
  headers.delete('www-authenticate');
  const { status } = response;
  return new Response(NULL_BODY_STATUSES.has(status) ? null : body, { status, headers });
}

function assertFinal({ status, type }: Response, what: string): void {
  if (typeof status !== 'number') throw new TypeError('not a response');
  if (type === 'opaqueredirect') throw new TokenRequestError('redirect', { detail: what });
  const detail = `${what} answered ${status} instead of 200`;
  if (status >= 300 && status < 400) throw new TokenRequestError('redirect', { status, detail });
  if (status < 200 || status > 599) throw new TokenRequestError('status', { status, detail });
}
