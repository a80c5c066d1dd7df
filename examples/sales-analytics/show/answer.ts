/**
 * The API responses that scenes expect.
 *
 * @module
 */
import { STATUS_CODES } from 'node:http';

/** A response, and what the API did to produce it. */
export interface Answer {
  readonly status: number;
  /** The `WWW-Authenticate` field. */
  readonly challenge: string | undefined;
  /** The `Retry-After` field. */
  readonly retryAfter: string | undefined;
  /** The `Cache-Control` field. */
  readonly cacheControl: string | undefined;
  /** The problem document in the body. RFC 9457. */
  readonly problem: unknown;
  /** What the API reported to its operator: one reason per request. */
  readonly reasons: readonly string[];
  /** Whether a handler of the API ran. */
  readonly handlerRan: boolean;
}

/** Placeholder for the URL of the API, which differs from run to run. */
const API_URL = '<api>';

/** Placeholder for a number of seconds, which differs from run to run. RFC 9110 §10.2.3. */
const SECONDS = '<seconds>';

/** Expects that the handler ran. */
export function accepted(status: number): Answer {
  return {
    status,
    challenge: undefined,
    retryAfter: undefined,
    cacheControl: undefined,
    problem: undefined,
    reasons: ['allowed'],
    handlerRan: true,
  };
}

/**
 * Expects the challenge to a request without a token.
 *
 * @param scope - The scopes that the route requires, space-delimited.
 * @see RFC 6750 §3.1: it has no error code
 */
export function missingCredentials(scope: string): Answer {
  const params = [`scope="${scope}"`];
  return {
    ...refused(401, 'missing_credentials'),
    challenge: `${formatChallenge('Bearer', params)}, ${formatChallenge('DPoP', params)}`,
    problem: createProblem(401, { scope }),
  };
}

/**
 * Expects that the token is not valid: 401.
 *
 * @param scope - The scopes that would be enough, space-delimited.
 * @see RFC 6750 §3.1
 */
export function invalidToken(reason: string, detail: string, scope: string): Answer {
  return { ...refused(401, reason), ...describeError({ error: 'invalid_token', detail, scope }) };
}

/**
 * Expects that the proof of possession is not acceptable: 401. The only challenge is for the scheme `DPoP`,
 * which the request used.
 *
 * @param scope - The scopes that the route requires, space-delimited.
 * @see RFC 9449 §7.1
 */
export function invalidProof(reason: string, detail: string, scope: string): Answer {
  const error = 'invalid_dpop_proof';
  const params = [`error="${error}"`, `error_description="${detail}"`, `scope="${scope}"`];
  return {
    ...refused(401, reason),
    challenge: formatChallenge('DPoP', params),
    problem: createProblem(401, { detail, error, scope }),
  };
}

/**
 * Expects that the token is valid but not sufficient: 403.
 *
 * @param scope - The scopes that are needed, space-delimited, where scopes are missing.
 * @see RFC 6750 §3.1
 */
export function insufficientScope(reason: string, detail: string, scope?: string): Answer {
  const error = 'insufficient_scope';
  return { ...refused(403, reason), ...describeError({ error, detail, scope }) };
}

/** Expects that the request cannot be decided, because something that is needed is unavailable: 503. */
export function unavailable(detail: string): Answer {
  const answer = refused(503, 'unavailable');
  return { ...answer, retryAfter: SECONDS, problem: createProblem(503, { detail }) };
}

/** Replaces the parts of a response that differ from run to run. */
export function normalizeAnswer(answer: Answer, apiUrl: string): Answer {
  return {
    ...answer,
    challenge: answer.challenge && abbreviateUrl(answer.challenge, apiUrl),
    retryAfter: answer.retryAfter?.replace(/^[1-9][0-9]*$/, SECONDS),
  };
}

/** Replaces the URL of the API, which differs from run to run. */
export function abbreviateUrl(text: string, apiUrl: string): string {
  return text.replaceAll(apiUrl, API_URL);
}

function refused(status: number, reason: string): Answer {
  return {
    ...accepted(status),
    cacheControl: 'no-store',
    problem: createProblem(status, {}),
    reasons: [reason],
    handlerRan: false,
  };
}

interface RefusalDetails {
  readonly error: string;
  readonly detail: string;
  readonly scope: string | undefined;
}

function describeError(details: RefusalDetails): Pick<Answer, 'challenge' | 'problem'> {
  const { error, detail, scope } = details;
  const params = [`error="${error}"`, `error_description="${detail}"`];
  if (scope !== undefined) params.push(`scope="${scope}"`);
  const members = { detail, error, ...(scope !== undefined && { scope }) };
  const status = error === 'insufficient_scope' ? 403 : 401;
  // The error is in the challenge for the scheme that the request used. RFC 9449 §7.2.
  const challenge = `${formatChallenge('Bearer', params)}, ${formatChallenge('DPoP', [])}`;
  return { challenge, problem: createProblem(status, members) };
}

/** RFC 6750 §3; RFC 9449 §7.1; RFC 9728 §5.1. */
function formatChallenge(scheme: 'Bearer' | 'DPoP', params: readonly string[]): string {
  const algorithms = scheme === 'DPoP' ? ['algs="ES256"'] : [];
  const metadata = `resource_metadata="${API_URL}/.well-known/oauth-protected-resource"`;
  return `${scheme} ${[`realm="${API_URL}"`, ...params, ...algorithms, metadata].join(', ')}`;
}

function createProblem(status: number, members: Readonly<Record<string, string>>): object {
  return { type: 'about:blank', title: STATUS_CODES[status], status, ...members };
}
