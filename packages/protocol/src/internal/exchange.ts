/**
 * Fetches JSON documents, limited in time and size and without redirects.
 *
 * @module
 */
import { type BodyChunks, openBody, readBody } from './bounded-body.js';
import { withDeadline } from './deadline.js';
import { ExchangeError } from './exchange-error.js';

const HTML = 'text/html';

/** Options of {@link exchangeJson}. */
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
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Aborts the exchange. */
  readonly signal?: AbortSignal | undefined;
}

/** A document, or the confirmation that the cached one has not changed. */
export type JsonExchange =
  | {
      readonly status: 200;
      readonly headers: Headers;
      readonly body: unknown;
      /** Whether the media type is one of the expected ones. */
      readonly hasExpectedMediaType: boolean;
    }
  | { readonly status: 304; readonly headers: Headers };

/**
 * Fetches a JSON document by GET.
 *
 * The timeout covers the whole exchange, even when a custom `fetch` ignores its signal; the body is
 * always cancelled. Redirects are not followed. The size is checked while reading.
 *
 * @returns Status 200 with the parsed body, or 304 if `headers` made the request conditional.
 * @throws ExchangeError (rejects) There is no document. The message does not quote the body.
 */
export async function exchangeJson(url: URL, options: ExchangeOptions): Promise<JsonExchange> {
  const { timeoutMs, signal } = options;
  const deadline = {
    timeoutMs,
    signal,
    createTimeoutError: () =>
      new ExchangeError('timeout', `timed out after ${timeoutMs} ms`, { url }),
    createAbortError: () => new ExchangeError('aborted', 'was aborted', { url }),
  };
  return await withDeadline(deadline, (ending) => fetchJson(url, options, ending));
}

async function fetchJson(
  url: URL,
  options: ExchangeOptions,
  signal: AbortSignal,
): Promise<JsonExchange> {
  const { response, chunks } = await request(url, options, signal);
  const { status, headers } = response;
  if (status === 304 && options.headers !== undefined) return { status, headers };
  assertDocument(url, response, options);
  const hasExpectedMediaType = options.mediaTypes.includes(readMediaType(headers));
  const bytes = await readBytes(chunks, { url, maxBytes: options.maxBytes, signal });
  return { status: 200, headers, body: parseJson(url, bytes), hasExpectedMediaType };
}

interface OpenResponse {
  readonly response: Response;
  readonly chunks: BodyChunks;
}

async function request(
  url: URL,
  { fetch, headers, mediaTypes }: ExchangeOptions,
  signal: AbortSignal,
): Promise<OpenResponse> {
  try {
    signal.throwIfAborted();
    const response = await fetch(url, {
      headers: { accept: mediaTypes.join(', '), ...headers },
      redirect: 'manual',
      signal,
    });
    return { response, chunks: openBody(response, signal) };
  } catch (cause) {
    if (signal.aborted) throw signal.reason as Error;
    throw new ExchangeError('network', 'failed', { url, cause });
  }
}

function assertDocument(
  url: URL,
  { status, headers }: Response,
  { mediaTypes, maxBytes }: ExchangeOptions,
): void {
  if (status >= 300 && status < 400) {
    const outcome = `answered ${status} instead of 200; redirects are not followed`;
    throw new ExchangeError('redirect', outcome, { url, status });
  }
  if (status !== 200) {
    throw new ExchangeError('status', `answered ${status} instead of 200`, { url, status });
  }
  if (readMediaType(headers) === HTML) {
    const outcome = `answered 200 with ${HTML} instead of ${mediaTypes.join(' or ')}`;
    throw new ExchangeError('media_type', outcome, { url, status });
  }
  if (Number(headers.get('content-length')) > maxBytes) throw tooLarge(url, maxBytes);
}

function readMediaType(headers: Headers): string {
  return headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

interface BodyLimits {
  readonly url: URL;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

async function readBytes(
  chunks: BodyChunks,
  { url, maxBytes, signal }: BodyLimits,
): Promise<Buffer> {
  let bytes: Buffer | undefined;
  try {
    bytes = await readBody(chunks, maxBytes);
  } catch (cause) {
    if (signal.aborted) throw signal.reason as Error;
    throw new ExchangeError('network', 'failed while the body was read', {
      url,
      status: 200,
      cause,
    });
  }
  // A cancelled body looks like a complete one.
  signal.throwIfAborted();
  if (bytes === undefined) throw tooLarge(url, maxBytes);
  return bytes;
}

function tooLarge(url: URL, maxBytes: number): ExchangeError {
  const outcome = `answered 200 with more than ${maxBytes} bytes`;
  return new ExchangeError('too_large', outcome, { url, status: 200 });
}

function parseJson(url: URL, bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    // Not kept as the cause: the parser's message quotes the document.
    throw new ExchangeError('json', 'answered 200 with a body that is not JSON', {
      url,
      status: 200,
    });
  }
}
