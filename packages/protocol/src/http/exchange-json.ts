/**
 * HTTP exchanges that return a JSON document.
 *
 * @module
 */
import { exchange, type ExchangeOptions } from './exchange.js';
import { ExchangeError } from './exchange-error.js';

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
 * Fetches a JSON document, as {@link exchange} does.
 *
 * @returns Status 200 with the parsed body, or 304 if `headers` made the request conditional.
 * @throws ExchangeError (rejects) The request failed, or its response cannot be used. The message does not quote
 *   the body.
 */
export async function exchangeJson(url: URL, options: ExchangeOptions): Promise<JsonExchange> {
  const answer = await exchange(url, options);
  if (answer.status === 304) return answer;
  const { status, headers, bytes, mediaType } = answer;
  const hasExpectedMediaType = options.mediaTypes.includes(mediaType);
  return { status, headers, body: parseJson(url, bytes), hasExpectedMediaType };
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
