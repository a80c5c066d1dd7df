/**
 * Fetches the public documents of an authorization server.
 *
 * @module
 */
import { ExchangeError, type ExchangeReason, exchangeJson } from '@scopegate/protocol/internal';

const MAX_BYTES = 512 * 1024;

/** How documents are fetched. */
export interface FetchOptions {
  /** Sends the HTTP requests. */
  readonly fetch: typeof globalThis.fetch;
  /** Returns the current time in milliseconds since the epoch. */
  readonly clock: () => number;
  /** The timeout of each document, until its last octet, in milliseconds. */
  readonly timeoutMs: number;
}

/** When and how fast a server answered. */
interface FetchTiming {
  readonly url: URL;
  readonly elapsedMs: number;
  /** The time of the answer or of the failure, in milliseconds since the epoch. */
  readonly endedAt: number;
}

/** A document that was fetched, or why it was not. */
export type FetchedDocument = FetchTiming &
  (
    | { readonly kind: 'answered'; readonly body: unknown; readonly headers: Headers }
    | { readonly kind: 'failed'; readonly reason: ExchangeReason; readonly message: string }
  );

/** Fetches a document within a timeout and a size limit. Redirects count as failures. */
export async function fetchDocument(
  url: URL,
  mediaTypes: readonly string[],
  { fetch, clock, timeoutMs }: FetchOptions,
): Promise<FetchedDocument> {
  const startedAt = clock();
  const readTiming = (): FetchTiming => {
    const endedAt = clock();
    return { url, elapsedMs: endedAt - startedAt, endedAt };
  };
  try {
    const exchange = await exchangeJson(url, { fetch, timeoutMs, maxBytes: MAX_BYTES, mediaTypes });
    const body = exchange.status === 200 ? exchange.body : undefined;
    return { kind: 'answered', ...readTiming(), body, headers: exchange.headers };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    const { reason, message } = error;
    return { kind: 'failed', ...readTiming(), reason, message };
  }
}
