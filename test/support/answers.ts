/**
 * Answers over HTTP, as far as a refusal decides on them.
 *
 * @module
 */
import { STATUS_CODES } from 'node:http';
import type { Response } from 'supertest';

/** The parts of an answer that a refusal sets; `undefined` where it has no such header field. */
export interface Answer {
  readonly status: number;
  readonly challenge: string | undefined;
  readonly retryAfter: string | undefined;
  readonly cacheControl: string | undefined;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

/** Takes those parts out of a response. */
export function answerOf({ status, headers, text }: Response): Answer {
  const fields = headers as Readonly<Record<string, string | undefined>>;
  return {
    status,
    challenge: fields['www-authenticate'],
    retryAfter: fields['retry-after'],
    cacheControl: fields['cache-control'],
    contentType: fields['content-type'],
    body: JSON.parse(text) as unknown,
  };
}

/**
 * The whole answer that a refusal is to be.
 *
 * @param challenge - The `WWW-Authenticate` field value.
 * @param members - Of the problem details, beside `type`, `title` and `status`.
 */
export function refusal(
  status: number,
  challenge: string | undefined,
  members: Readonly<Record<string, unknown>> = {},
): Answer {
  return {
    status,
    challenge,
    retryAfter: undefined,
    cacheControl: 'no-store',
    contentType: 'application/problem+json',
    body: { type: 'about:blank', title: STATUS_CODES[status], status, ...members },
  };
}
