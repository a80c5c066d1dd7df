/**
 * What is promised of an answer, and whether it came true.
 *
 * @module
 */
import { STATUS_CODES } from 'node:http';
import { inspect, isDeepStrictEqual } from 'node:util';

/** What is promised of an answer. */
export interface Promised {
  readonly status: number;
  /** What the API's operator is told: why it was refused, or `allowed`, or `unavailable`. */
  readonly reason: string;
  /** The auth-params between `realm` and `resource_metadata`; absent for no challenge at all. */
  readonly challenge?: string;
  /** What the problem document says beside `type`, `title` and `status`. */
  readonly problem?: Readonly<Record<string, string>>;
  /** Several requests are made, and all are decided alike. */
  readonly repeated?: boolean;
  /** Whether it says when to try again. */
  readonly retryAfter?: boolean;
}

/** An answer, and what was seen inside the API meanwhile. */
export interface Answer {
  readonly status: number;
  /** The whole `WWW-Authenticate` field. */
  readonly challenge: string | undefined;
  readonly retryAfter: string | undefined;
  readonly cacheControl: string | undefined;
  /** The body of a problem document. RFC 9457. */
  readonly problem: unknown;
  /** What the API's operator was told: one reason per request. */
  readonly reasons: readonly string[];
  readonly handlerRan: boolean;
}

/** The handler runs and answers. */
export function accepted(status: number): Promised {
  return { status, reason: 'allowed' };
}

/**
 * The token is no good: 401.
 *
 * @param scope - Space-delimited: what would be enough, when there is too much.
 * @see RFC 6750 §3.1
 */
export function invalidToken(reason: string, description: string, scope?: string): Promised {
  return refused(401, reason, ['invalid_token', description, scope]);
}

/**
 * The token is good and not enough: 403.
 *
 * @param scope - Space-delimited: what is needed, when scope would help.
 * @see RFC 6750 §3.1
 */
export function insufficientScope(reason: string, description: string, scope?: string): Promised {
  return refused(403, reason, ['insufficient_scope', description, scope]);
}

function refused(
  status: number,
  reason: string,
  [error, detail, scope]: readonly [string, string, string | undefined],
): Promised {
  const challenge = [`error="${error}"`, `error_description="${detail}"`];
  if (scope !== undefined) challenge.push(`scope="${scope}"`);
  const problem = { detail, error, ...(scope !== undefined && { scope }) };
  return { status, reason, challenge: challenge.join(', '), problem };
}

/**
 * Compares an answer with its promise.
 *
 * @param resource - The API's identifier, which its challenges name.
 * @returns One line per difference; none when everything is as promised.
 */
export function findBrokenPromises(
  promised: Promised,
  answer: Answer,
  resource: string,
): readonly string[] {
  const expected = expectAnswer(promised, resource);
  const actual = {
    ...answer,
    retryAfter: describeRetryAfter(answer.retryAfter),
    reasons: promised.repeated === true ? [...new Set(answer.reasons)] : answer.reasons,
  };
  return (Object.keys(expected) as (keyof typeof expected)[])
    .filter((part) => !isDeepStrictEqual(actual[part], expected[part]))
    .map((part) => `${part}: promised ${show(expected[part])}, got ${show(actual[part])}`);
}

function expectAnswer(promised: Promised, resource: string): Answer {
  const { status, reason, challenge, problem, retryAfter = false } = promised;
  const refused = status >= 400;
  return {
    status,
    challenge: challenge === undefined ? undefined : formatExpectedChallenge(challenge, resource),
    retryAfter: describeRetryAfter(retryAfter ? '1' : undefined),
    cacheControl: refused ? 'no-store' : undefined,
    problem: refused
      ? { type: 'about:blank', title: STATUS_CODES[status], status, ...problem }
      : undefined,
    reasons: [reason],
    handlerRan: !refused,
  };
}

/** RFC 6750 §3; RFC 9728 §5.1. */
function formatExpectedChallenge(params: string, resource: string): string {
  const metadata = `${resource}/.well-known/oauth-protected-resource`;
  const all = [`realm="${resource}"`, params, `resource_metadata="${metadata}"`];
  return `Bearer ${all.filter((param) => param !== '').join(', ')}`;
}

/** How long to wait changes from run to run, so only its form is promised. RFC 9110 §10.2.3. */
function describeRetryAfter(value: string | undefined): string {
  if (value === undefined) return 'absent';
  return /^[1-9][0-9]*$/.test(value) ? 'whole seconds' : 'malformed';
}

function show(value: unknown): string {
  return inspect(value, { breakLength: Infinity });
}
