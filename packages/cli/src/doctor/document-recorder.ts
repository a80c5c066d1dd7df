/**
 * Records the responses of an authorization server, so that each document is requested once and
 * examined as often as needed.
 *
 * @module
 */
import { ExchangeError, openBody, readBody, withDeadline } from '@scopegate/protocol/internal';

const MAX_BYTES = 512 * 1024;

type HeaderFields = NonNullable<RequestInit['headers']>;

/** How documents are fetched. */
export interface FetchOptions {
  /** Sends the HTTP requests. */
  readonly fetch: typeof globalThis.fetch;
  /** Returns the current time in milliseconds since the epoch. */
  readonly clock: () => number;
  /** The timeout of each document, until its last octet, in milliseconds: 1 to 60,000. */
  readonly timeoutMs: number;
}

/** How long a request took. */
export interface RequestTiming {
  readonly elapsedMs: number;
  /** The time of the response or of the failure, in milliseconds since the epoch. */
  readonly endedAt: number;
}

/** The result of one request. */
export type RecordedAnswer = RequestTiming &
  (
    | {
        readonly kind: 'answered';
        readonly status: number;
        readonly headers: Headers;
        /** `undefined` when the body has more than 512 KiB. */
        readonly body: Buffer | undefined;
      }
    | { readonly kind: 'failed'; readonly error: unknown }
  );

/** Sends each request once, and answers further requests for the same URL with the same response. */
export class DocumentRecorder {
  readonly #options: FetchOptions;
  readonly #answers = new Map<string, Promise<RecordedAnswer>>();

  constructor(options: FetchOptions) {
    this.#options = options;
  }

  /** The URLs that were requested, in that order. */
  get requested(): readonly string[] {
    return [...this.#answers.keys()];
  }

  /** A `fetch` that records. It supports what a verifier needs: GET, header fields and a signal. */
  readonly fetch: typeof globalThis.fetch = async (target, init) => {
    const url = new URL(target instanceof Request ? target.url : target);
    return replay(await this.read(url, init?.headers));
  };

  /** Returns the recorded response for a URL, after a request if there is none. */
  read(url: URL, headers: HeaderFields = { accept: 'application/json' }): Promise<RecordedAnswer> {
    const recorded = this.#answers.get(url.href);
    if (recorded !== undefined) return recorded;
    const answer = this.#request(url, headers);
    this.#answers.set(url.href, answer);
    return answer;
  }

  async #request(url: URL, headers: HeaderFields): Promise<RecordedAnswer> {
    const { clock, timeoutMs } = this.#options;
    const startedAt = clock();
    const readTiming = (): RequestTiming => {
      const endedAt = clock();
      return { elapsedMs: endedAt - startedAt, endedAt };
    };
    const createTimeoutError = (): Error =>
      new ExchangeError('timeout', `timed out after ${timeoutMs} ms`, { url });
    let received: Received;
    try {
      received = await withDeadline({ timeoutMs, createTimeoutError }, (signal) =>
        this.#receive(url, headers, signal),
      );
    } catch (error) {
      return { kind: 'failed', ...readTiming(), error };
    }
    return { kind: 'answered', ...readTiming(), ...received };
  }

  async #receive(url: URL, headers: HeaderFields, signal: AbortSignal): Promise<Received> {
    const { fetch } = this.#options;
    const response = await fetch(url, { headers, redirect: 'manual', signal });
    const body = await readBody(openBody(response, signal), MAX_BYTES);
    // A body that was cancelled ends without an error, like a complete one.
    signal.throwIfAborted();
    return { status: response.status, headers: response.headers, body };
  }
}

interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer | undefined;
}

/** The statuses of responses that `new Response()` refuses to give a body. */
const WITHOUT_BODY = [204, 205, 304];

function replay(answer: RecordedAnswer): Response {
  if (answer.kind === 'failed') throw asNetworkError(answer.error);
  const { status, headers, body = Buffer.alloc(MAX_BYTES + 1) } = answer;
  // `new Response()` refuses other statuses. A verifier does not distinguish them.
  const shown = status >= 200 && status < 600 ? status : 599;
  const content = WITHOUT_BODY.includes(shown) ? null : new Uint8Array(body);
  return new Response(content, { status: shown, headers });
}

function asNetworkError(error: unknown): unknown {
  if (!(error instanceof ExchangeError)) return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: 'ETIMEDOUT' });
}
