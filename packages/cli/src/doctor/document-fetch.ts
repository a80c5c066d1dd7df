/**
 * A public document of an authorization server, and what came of asking for it.
 *
 * @module
 */
import { ExchangeError, type ExchangeReason, exchangeJson } from '@scopegate/protocol/internal';

const MAX_BYTES = 512 * 1024;

/** How documents are fetched. */
export interface FetchOptions {
  /** Does the fetching. */
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** For each document, the last octet included. */
  readonly timeoutMs: number;
}

/** A document, or why there is none. */
export interface FetchedDocument {
  readonly url: URL;
  /** `undefined` when there is none. */
  readonly answer: { readonly body: unknown; readonly headers: Headers } | undefined;
  readonly failure: { readonly reason: ExchangeReason; readonly message: string } | undefined;
  readonly elapsedMs: number;
  /** When the answer came, milliseconds since the epoch. */
  readonly at: number;
}

/** Fetches a document, within a timeout and a size; follows no redirect. Never rejects for either. */
export async function fetchDocument(
  url: URL,
  mediaTypes: readonly string[],
  { fetch, clock, timeoutMs }: FetchOptions,
): Promise<FetchedDocument> {
  const before = clock();
  const told = (): Pick<FetchedDocument, 'url' | 'elapsedMs' | 'at'> => ({
    url,
    at: clock(),
    elapsedMs: clock() - before,
  });
  try {
    const exchange = await exchangeJson(url, { fetch, timeoutMs, maxBytes: MAX_BYTES, mediaTypes });
    const body = exchange.status === 200 ? exchange.body : undefined;
    return { ...told(), answer: { body, headers: exchange.headers }, failure: undefined };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    const { reason, message } = error;
    return { ...told(), answer: undefined, failure: { reason, message } };
  }
}
