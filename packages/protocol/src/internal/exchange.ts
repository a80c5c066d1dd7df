/**
 * One guarded HTTP exchange that ends in a JSON document, or in an error that says why not.
 *
 * @module
 */
import { ExchangeError } from './exchange-error.js';

/** How to fetch, and how much of it to take. */
export interface ExchangeOptions {
  /** Does the fetching; gets an `AbortSignal` and `redirect: 'manual'`. */
  readonly fetch: typeof globalThis.fetch;
  /** For the whole exchange, the last byte of the body included. */
  readonly timeoutMs: number;
  /** Of the decoded body. */
  readonly maxBytes: number;
  /** Acceptable media types, lower case, without parameters. */
  readonly mediaTypes: readonly string[];
  /** Further request headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Ends the exchange early. */
  readonly signal?: AbortSignal | undefined;
}

/** A document, or the news that the one we hold is still good. */
export type JsonExchange =
  | { readonly status: 200; readonly headers: Headers; readonly body: unknown }
  | { readonly status: 304; readonly headers: Headers };

/**
 * Fetches a JSON document by GET.
 *
 * The timeout covers the whole exchange and holds even when the given `fetch` ignores its signal.
 * Redirects are refused. The size is checked while reading.
 *
 * @returns Status 200 with the parsed body, or 304 when `headers` made the request conditional.
 * @throws ExchangeError For everything else; its message holds nothing of the answer's body.
 */
export async function exchangeJson(url: URL, options: ExchangeOptions): Promise<JsonExchange> {
  const deadline = new AbortController();
  const abort = (): void => {
    deadline.abort(new ExchangeError('aborted', 'was ended early', { url }));
  };
  const timer = setTimeout(() => {
    const outcome = `timed out after ${options.timeoutMs} ms`;
    deadline.abort(new ExchangeError('timeout', outcome, { url }));
  }, options.timeoutMs);
  options.signal?.addEventListener('abort', abort);
  if (options.signal?.aborted === true) abort();
  try {
    return await Promise.race([fetchJson(url, options, deadline.signal), failure(deadline.signal)]);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
    // Whatever of the answer is still under way is not wanted any more.
    deadline.abort();
  }
}

function failure(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail, { once: true });
  });
}

async function fetchJson(
  url: URL,
  options: ExchangeOptions,
  signal: AbortSignal,
): Promise<JsonExchange> {
  const response = await request(url, options, signal);
  const { status, headers } = response;
  if (status === 304 && options.headers !== undefined) return { status, headers };
  if (status >= 300 && status < 400) {
    const outcome = `answered ${status}, a redirect, which is not followed`;
    throw new ExchangeError('redirect', outcome, { url, status });
  }
  if (status !== 200) throw new ExchangeError('status', `answered ${status}`, { url, status });
  const mediaType = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!options.mediaTypes.includes(mediaType)) {
    const outcome = `answered with a media type that is not ${options.mediaTypes.join(' or ')}`;
    throw new ExchangeError('media_type', outcome, { url, status });
  }
  const bytes = await readBody(url, response, { maxBytes: options.maxBytes, signal });
  return { status, headers, body: parseJson(url, bytes) };
}

async function request(
  url: URL,
  { fetch, headers, mediaTypes }: ExchangeOptions,
  signal: AbortSignal,
): Promise<Response> {
  try {
    signal.throwIfAborted();
    return await fetch(url, {
      headers: { accept: mediaTypes.join(', '), ...headers },
      redirect: 'manual',
      signal,
    });
  } catch (cause) {
    if (signal.aborted) throw signal.reason as Error;
    throw new ExchangeError('network', 'failed', { url, cause });
  }
}

async function readBody(
  url: URL,
  response: Response,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Buffer> {
  const { status } = response;
  const outcome = `answered with a body of more than ${maxBytes} bytes`;
  const tooLarge = new ExchangeError('too_large', outcome, { url, status });
  if (Number(response.headers.get('content-length')) > maxBytes) throw tooLarge;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      // A chunk of nothing counts, too: a stream of them, all at hand, would never let a timer run.
      size += Math.max(chunk.byteLength, 1);
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    if (signal.aborted) throw signal.reason as Error;
    throw new ExchangeError('network', 'broke off in the body', { url, status, cause });
  }
  if (size > maxBytes) throw tooLarge;
  return Buffer.concat(chunks);
}

function parseJson(url: URL, bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    // The parser's message quotes the document, so it is not kept as the cause.
    throw new ExchangeError('json', 'answered with a body that is not JSON', { url, status: 200 });
  }
}
