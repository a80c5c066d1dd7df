/**
 * The response to a refused request, as data.
 *
 * @module
 */
import { ChallengeError, UnavailableError } from '@scopegate/protocol';
import { REASON_PHRASES } from './reason-phrases.js';
import { isRefusal, type Refusal } from './refusal.js';

/** The response to a refused request. */
export interface FormattedRefusal {
  /** The status code: 400, 401, 403 or 503. */
  readonly status: number;
  /**
   * The header fields by name, without `Content-Length`. An array has one field line for each of its values.
   * Frozen.
   */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Problem details as JSON, in UTF-8. RFC 9457. */
  readonly body: string;
}

/** Problem details of a refusal. RFC 9457 §3.1. */
interface ProblemDetails {
  /** RFC 9457 §4.2.1: the problem has no semantics beyond those of the status code. */
  readonly type: 'about:blank';
  readonly title: string | undefined;
  readonly status: number;
  readonly detail?: string | undefined;
  readonly error?: string | undefined;
  readonly scope?: string | undefined;
  readonly acr_values?: string | undefined;
  readonly max_age?: number | undefined;
}

// The error's own message names the issuer, the URL and the cause, which are for operators only.
const KEYS_UNAVAILABLE = 'the keys of the authorization server are unavailable';

/**
 * Formats a refusal: status, challenge or `Retry-After`, `Cache-Control: no-store`,
 * `Vary: Authorization` and problem details. Nothing in it comes from the request or its token.
 *
 * @throws TypeError The error is not a refusal.
 * @example
 * const { status, headers, body } = formatRefusal(refusal);
 * res.writeHead(status, headers).end(body);
 * @see RFC 6750 §3; RFC 9110 §11.6.1, §12.5.5, §15.6.4; RFC 9457 §3; RFC 9111 §5.2.2.5
 */
export function formatRefusal(refusal: Refusal): FormattedRefusal {
  // Plain JavaScript can pass any error that it caught, whose cause would be lost.
  if (!isRefusal(refusal)) {
    throw new TypeError('formatRefusal() requires a refusal; check errors with isRefusal() first', {
      cause: refusal,
    });
  }
  return Object.freeze({
    status: refusal.status,
    headers: Object.freeze({
      ...refusal.headers,
      'Cache-Control': 'no-store',
      'Content-Type': 'application/problem+json',
      Vary: 'Authorization',
    }),
    body: JSON.stringify(problemOf(refusal)),
  });
}

function problemOf(refusal: Refusal): ProblemDetails {
  const { status } = refusal;
  const problem = { type: 'about:blank', title: REASON_PHRASES[status], status } as const;
  if (refusal instanceof UnavailableError) return { ...problem, detail: refusal.detail };
  if (!(refusal instanceof ChallengeError)) return { ...problem, detail: KEYS_UNAVAILABLE };
  const { error, error_description: detail, scope, acr_values, max_age } = refusal.challenge;
  const authentication = {
    acr_values,
    max_age: max_age === undefined ? undefined : Number(max_age),
  };
  return { ...problem, detail, error, scope, ...authentication };
}
