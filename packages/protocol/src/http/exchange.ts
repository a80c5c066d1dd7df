/**
 * HTTP exchanges that return a document, limited in time and size and without redirects.
 *
 * @module
 */
import { type BodyChunks, openBody, readBody } from './bounded-body.js';
import { withDeadline } from '../internal/deadline.js';
import { ExchangeError } from './exchange-error.js';
import { readRetryAfterMs } from './retry-after.js';

const HTML = 'text/html';

/** Options of {@link exchange}. */
export interface ExchangeOptions {
  /** Called with an `AbortSignal` and `redirect: 'manual'`. */
  readonly fetch: typeof globalThis.fetch;
  /** For the whole exchange, including reading the body. */
  readonly timeoutMs: number;
  /** The limit of the decoded body. */
  readonly maxBytes: number;
  /**
   * The expected media types, in lower case, without parameters. A document of another type is
   * returned as well, because static hosts serve JSON as `text/plain` or without a type; HTML is
   * refused, because it is a login page or an error page.
   */
  readonly mediaTypes: readonly string[];
  /** Additional request headers. */
  readonly headers?: Headers | Readonly<Record<string, string>> | undefined;
  /** Sent as the body of a POST request; without it, the request is a GET. */
  readonly form?: URLSearchParams | undefined;
  /** Aborts the exchange. */
  readonly signal?: AbortSignal | undefined;
}

/** A document, or the confirmation that the cached one has not changed. */
export type Exchange =
  | {
      readonly status: 200;
      readonly headers: Headers;
      /** The decoded body. */
      readonly bytes: Buffer;
      /** In lower case, without parameters; empty if the response has none. */
      readonly mediaType: string;
    }
  | { readonly status: 304; readonly headers: Headers };

/**
 * Fetches a document by GET, or by POST with a form.
 *
 * The timeout covers the whole exchange, even when a custom `fetch` ignores its signal; the body is
 * always cancelled. Redirects are not followed. The size is checked while reading.
 *
 * @returns Status 200 with the body, or 304 if `headers` made the request conditional.
 * @throws ExchangeError (rejects) The request failed, or its response cannot be used. The message does not quote
 *   the body.
 */
export async function exchange(url: URL, options: ExchangeOptions): Promise<Exchange> {
  const { timeoutMs, signal } = options;
  const request = { url, method: methodOf(options) };
  const deadline = {
    timeoutMs,
    signal,
    createTimeoutError: () =>
      new ExchangeError('timeout', `timed out after ${timeoutMs} ms`, request),
    createAbortError: () => new ExchangeError('aborted', 'was aborted', request),
  };
  return await withDeadline(deadline, (ending) => fetchDocument(url, options, ending));
}

function methodOf({ form }: ExchangeOptions): 'GET' | 'POST' {
  return form === undefined ? 'GET' : 'POST';
}

async function fetchDocument(
  url: URL,
  options: ExchangeOptions,
  signal: AbortSignal,
): Promise<Exchange> {
  const { response, chunks } = await request(url, options, signal);
  const { status, headers } = response;
  if (status === 304 && options.headers !== undefined) return { status, headers };
  assertDocument(url, response, options);
  const bytes = await readBytes(chunks, url, { options, signal });
  return { status: 200, headers, bytes, mediaType: readMediaType(headers) };
}

interface OpenResponse {
  readonly response: Response;
  readonly chunks: BodyChunks;
}

async function request(
  url: URL,
  options: ExchangeOptions,
  signal: AbortSignal,
): Promise<OpenResponse> {
  const { fetch, mediaTypes, form } = options;
  const method = methodOf(options);
  const given = options.headers instanceof Headers ? [...options.headers] : options.headers;
  const headers = new Headers(given);
  if (!headers.has('accept')) headers.set('accept', mediaTypes.join(', '));
  try {
    signal.throwIfAborted();
    const response = await fetch(url, {
      headers,
      redirect: 'manual',
      signal,
      ...(form && { method, body: form }),
    });
    return { response, chunks: openBody(response, signal) };
  } catch (cause) {
    if (signal.aborted) throw signal.reason as Error;
    throw new ExchangeError('network', 'failed', { url, method, cause });
  }
}

function assertDocument(url: URL, { status, headers }: Response, options: ExchangeOptions): void {
  const { mediaTypes, maxBytes } = options;
  const context = { url, method: methodOf(options), status };
  if (status >= 300 && status < 400) {
    const outcome = `answered ${status} instead of 200; redirects are not followed`;
    throw new ExchangeError('redirect', outcome, context);
  }
  if (status !== 200) {
    const retryAfterMs = readRetryAfterMs(headers, Date.now());
    const outcome = `answered ${status} instead of 200`;
    throw new ExchangeError('status', outcome, { ...context, retryAfterMs });
  }
  if (readMediaType(headers) === HTML) {
    const outcome = `answered 200 with ${HTML} instead of ${mediaTypes.join(' or ')}`;
    throw new ExchangeError('media_type', outcome, context);
  }
  if (Number(headers.get('content-length')) > maxBytes) throw tooLarge(url, options);
}

function readMediaType(headers: Headers): string {
  return headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

interface BodyContext {
  readonly options: ExchangeOptions;
  readonly signal: AbortSignal;
}

async function readBytes(
  chunks: BodyChunks,
  url: URL,
  { options, signal }: BodyContext,
): Promise<Buffer> {
  let bytes: Buffer | undefined;
  try {
    bytes = await readBody(chunks, options.maxBytes);
  } catch (cause) {
    if (signal.aborted) throw signal.reason as Error;
    throw new ExchangeError('network', 'failed while the body was read', {
      url,
      method: methodOf(options),
      status: 200,
      cause,
    });
  }
  // A cancelled body looks like a complete one.
  signal.throwIfAborted();
  if (bytes === undefined) throw tooLarge(url, options);
  return bytes;
}

function tooLarge(url: URL, options: ExchangeOptions): ExchangeError {
  const outcome = `answered 200 with more than ${options.maxBytes} bytes`;
  const method = methodOf(options);
  return new ExchangeError('too_large', outcome, { url, method, status: 200 });
}
