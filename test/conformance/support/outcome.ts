/**
 * The classification of responses: all parts of a response must match its outcome.
 *
 * @module
 */
import { STATUS_CODES } from 'node:http';
import { expect } from 'vitest';
import { type Answer, field, fieldLines } from './answer.js';
import { type Challenge, parseChallenges } from './challenge-parser.js';

/**
 * How a request ended. `200`: the handler ran; `401-bare`: no credentials; `401-it`: invalid_token;
 * `401-su`: insufficient_user_authentication; `400-ir`: invalid_request; `403-is`: insufficient_scope;
 * `503`: no keys, or no introspection response.
 */
export type Outcome = '200' | '401-bare' | '401-it' | '401-su' | '400-ir' | '403-is' | '503';

/** Expected values of a refusal. */
export interface OutcomeExpectations {
  /** The realm of the challenge. @defaultValue any */
  readonly realm?: string | undefined;
  /** The `scope` of a 403. @defaultValue `'read'`; `undefined` for none */
  readonly scope?: string | undefined;
  /** The `scope` of a 401. @defaultValue `'read'`; `undefined` for none */
  readonly tokenScope?: string | undefined;
  /** The request was a HEAD: there is no body. */
  readonly head?: boolean | undefined;
}

// RFC 6750 §3: neither `"` nor `\`, not even escaped.
const NARROW_TEXT = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;
const ERROR_OUTCOMES: Readonly<Record<string, Outcome>> = {
  '401': '401-bare',
  '401 invalid_token': '401-it',
  '401 insufficient_user_authentication': '401-su',
  '400 invalid_request': '400-ir',
  '403 insufficient_scope': '403-is',
};
const UNAVAILABLE = [
  'the keys of the authorization server are unavailable',
  'whether the access token is active is unknown now; try again later',
];
// The fields of Node.js, a CORS layer and a refusal; any other was injected.
const KNOWN_FIELDS =
  /^(www-authenticate|cache-control|content-type|content-length|date|connection|keep-alive|retry-after|vary|access-control-.*)$/;

/**
 * Classifies a response: status, challenge member by member, body, caching, and whether the handler
 * ran.
 *
 * @throws AssertionError A part does not match the outcome, or there is no such outcome.
 */
export function outcomeOf(answer: Answer, expected: OutcomeExpectations = {}): Outcome {
  if (answer.status === 200) return acceptedOutcome(answer);
  expect(answer.handlerRan, 'the handler ran for a refused request').toBe(false);
  expect(answer.headers.map(([name]) => name).filter((name) => !KNOWN_FIELDS.test(name))).toEqual(
    [],
  );
  expect(field(answer, 'cache-control')).toBe('no-store');
  expect(field(answer, 'content-type')).toBe('application/problem+json');
  return answer.status === 503
    ? unavailableOutcome(answer, expected)
    : challengedOutcome(answer, expected);
}

/**
 * The only challenge of a refusal.
 *
 * @throws AssertionError There is none, there are several, or it violates the grammar.
 */
export function challengeOf(answer: Answer): Challenge {
  const challenges = parseChallenges(field(answer, 'www-authenticate') ?? '');
  expect(challenges).toHaveLength(1);
  const [challenge] = challenges;
  if (challenge === undefined) throw new Error('no challenge');
  return challenge;
}

function acceptedOutcome(answer: Answer): Outcome {
  expect(answer.handlerRan, 'the handler did not run').toBe(true);
  expect(fieldLines(answer, 'www-authenticate')).toEqual([]);
  return '200';
}

function unavailableOutcome(answer: Answer, { head = false }: OutcomeExpectations): Outcome {
  expect(fieldLines(answer, 'www-authenticate')).toEqual([]);
  const seconds = Number(field(answer, 'retry-after'));
  expect(Number.isInteger(seconds) && seconds >= 1 && seconds <= 300).toBe(true);
  const detail: unknown = expect.toBeOneOf(UNAVAILABLE);
  assertProblem(answer, head, { ...problemOf(503), detail });
  return '503';
}

function challengedOutcome(answer: Answer, expected: OutcomeExpectations): Outcome {
  const { scheme, params, quoted } = challengeOf(answer);
  expect(scheme).toBe('Bearer');
  expect(quoted).toEqual(Object.keys(params));
  const { realm, resource_metadata, error, error_description, scope, ...others } = params;
  const { acr_values, max_age, ...unknown } = others;
  expect(unknown).toEqual({});
  expect(realm).toBe(expected.realm ?? realm ?? '(a realm)');
  if (resource_metadata !== undefined) expect(URL.canParse(resource_metadata)).toBe(true);
  const outcome = ERROR_OUTCOMES[[answer.status, error].filter(Boolean).join(' ')];
  if (outcome === undefined) throw new Error(`no outcome: ${answer.status} with error ${error}`);
  if (outcome === '401-bare') expect(error_description).toBeUndefined();
  else expect(error_description).toMatch(NARROW_TEXT);
  expect(scope).toBe(expectedScope(outcome, expected));
  expect(acr_values !== undefined || max_age !== undefined).toBe(outcome === '401-su');
  const required = { acr_values, max_age: max_age === undefined ? undefined : Number(max_age) };
  assertProblem(answer, expected.head ?? false, {
    ...problemOf(answer.status),
    ...withoutUndefined({ detail: error_description, error, scope, ...required }),
  });
  return outcome;
}

function expectedScope(outcome: Outcome, expected: OutcomeExpectations): string | undefined {
  if (outcome === '400-ir') return undefined;
  if (outcome === '403-is') return 'scope' in expected ? expected.scope : 'read';
  return 'tokenScope' in expected ? expected.tokenScope : 'read';
}

function problemOf(status: number): object {
  return { type: 'about:blank', title: STATUS_CODES[status], status };
}

/** RFC 9457 §3: the body repeats the status and the challenge, and adds nothing. */
function assertProblem(answer: Answer, isHead: boolean, problem: object): void {
  if (isHead) expect(answer.body).toBe('');
  else expect(JSON.parse(answer.body)).toEqual(problem);
}

function withoutUndefined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
