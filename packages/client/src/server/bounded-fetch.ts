/**
 * A `fetch` for talking to the authorization server: bounded in time and size, never redirected.
 *
 * @module
 */
import { withDeadline } from '@scopegate/protocol/internal';
import { findSystemCode, TokenRequestError } from '../errors.js';

/** Of a decoded body; metadata documents and token answers are a hundredth of it. */
const MAX_BYTES = 512 * 1024;

/** Statuses whose answers have no body. Fetch standard §2.2.3. */
const NULL_BODY_STATUSES = new Set([204, 205, 304]);

/** How to fetch. */
export interface BoundedFetchOptions {
  readonly fetch: typeof globalThis.fetch;
  /** For the whole exchange, the last byte of the body included. */
  readonly timeoutMs: number;
  /** Ends all exchanges, with its reason. */
  readonly signal: AbortSignal;
}

/** The subset of `RequestInit` that oauth4webapi uses. */
export interface BoundedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: URLSearchParams | undefined;
}

/** A `fetch` for oauth4webapi. */
export type BoundedFetch = (url: string, request: BoundedRequest) => Promise<Response>;

/**
 * Makes a `fetch` whose answers are complete, so that reading them cannot fail or hang.
 *
 * The answers lack `WWW-Authenticate`: RFC 6749 §5.2 has the error in the body, and the challenge
 * beside it only says which scheme the client used.
 *
 * It throws a {@link TokenRequestError} `network`, `timeout`, `redirect`, `status` or
 * `too_large`.
 */
export function createBoundedFetch(options: BoundedFetchOptions): BoundedFetch {
  const { timeoutMs, signal } = options;
  const makeError = (): Error => new TokenRequestError('timeout', { detail: `${timeoutMs} ms` });
  return function boundedFetch(url, { method, headers: fields, body: form }) {
    return withDeadline({ timeoutMs, signal, makeError }, async (ending) => {
      try {
        const response = await options.fetch(url, {
          method,
          headers: fields,
          ...(form === undefined ? {} : { body: form }),
          redirect: 'manual',
          signal: ending,
        });
        return await complete(response, ending);
      } catch (error) {
        // No answer, half of one, or something else than an answer: what a `fetch` may give and
        // throw is not known.
        if (error instanceof TokenRequestError) throw error;
        throw new TokenRequestError('network', { detail: findSystemCode(error) });
      }
    });
  };
}

async function complete(response: Response, ending: AbortSignal): Promise<Response> {
  const chunks = openBody(response, ending);
  assertFinal(response);
  const body = await readBody(chunks);
  // What was cancelled ends as what is complete does.
  ending.throwIfAborted();
  const headers = new Headers(response.headers);
  headers.delete('www-authenticate');
  const { status } = response;
  return new Response(NULL_BODY_STATUSES.has(status) ? null : body, { status, headers });
}

function assertFinal({ status, type }: Response): void {
  if (typeof status !== 'number') throw new TypeError('not a response');
  if (type === 'opaqueredirect') throw new TokenRequestError('redirect');
  if (status >= 300 && status < 400) throw new TokenRequestError('redirect', { status });
  if (status < 200 || status > 599) throw new TokenRequestError('status', { status });
}

type Chunks = AsyncIterable<Uint8Array> | readonly Uint8Array[];

/** The body, which is cancelled when the exchange ends: a given `fetch` may ignore its signal. */
function openBody(response: Response, ending: AbortSignal): Chunks {
  // What a `fetch` gives that is not the platform's may have a body of another kind.
  const body = response.body as ReadableStream<Uint8Array> | Chunks | null;
  if (!(body instanceof ReadableStream)) return body ?? [];
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  const cancel = (): void => {
    reader.cancel().catch(() => undefined);
  };
  ending.addEventListener('abort', cancel, { once: true });
  if (ending.aborted) cancel();
  return readChunks(reader);
}

async function* readChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

async function readBody(stream: Chunks): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (!ArrayBuffer.isView(chunk)) throw new TypeError('not octets');
    // A chunk of nothing counts, too: a stream of them, all at hand, would never let a timer run.
    size += Math.max(chunk.byteLength, 1);
    if (size > MAX_BYTES) break;
    chunks.push(chunk);
  }
  if (size > MAX_BYTES) throw new TokenRequestError('too_large');
  return Buffer.concat(chunks);
}
