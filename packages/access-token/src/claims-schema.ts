/**
 * Claims held against the schema that the application gave.
 *
 * @module
 */
import { types } from 'node:util';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { errorFrom, InvalidTokenError, isThenable, settleInTime } from '@scopegate/protocol';
import type { VerifiedAccessToken } from './claims.js';

/** As the subject of a sentence. */
const HOOK = 'option "claims": the schema';

/** What a schema says of claims; issues may quote claims. */
export type SchemaAnswer<Claims> = { readonly value: Claims } | { readonly issues: unknown };

/** A token with the claims that a schema made. */
export interface ClaimedToken<Claims> {
  readonly token: VerifiedAccessToken<Claims>;
  /** Whether the claims are plain data, frozen in depth, which no request can change for another. */
  readonly isShareable: boolean;
}

/**
 * Gives a token the claims that a schema makes of its claims.
 *
 * @returns In this tick when the schema answers so.
 * @throws InvalidTokenError `claim`: the schema found issues.
 * @throws Error As {@link askSchema}.
 */
export function applyClaimsSchema<Claims>(
  token: VerifiedAccessToken,
  schema: StandardSchemaV1<unknown, Claims>,
): ClaimedToken<Claims> | Promise<ClaimedToken<Claims>> {
  const answer = askSchema(token, schema);
  return answer instanceof Promise
    ? answer.then((late) => withClaims(token, late))
    : withClaims(token, answer);
}

/**
 * Asks a schema about the claims of a token. Fails closed: only what has a `value` and no `issues`
 * is a yes.
 *
 * @returns In this tick when the schema answers so; otherwise a promise of this realm, which rejects
 *   when there is no answer within 10 s.
 * @throws Error What the schema threw, as an error; a `TypeError` when its answer has another shape.
 */
export function askSchema<Claims>(
  token: VerifiedAccessToken,
  schema: StandardSchemaV1<unknown, Claims>,
): SchemaAnswer<Claims> | Promise<SchemaAnswer<Claims>> {
  try {
    const answer: unknown = schema['~standard'].validate(token.claims);
    return isThenable(answer) ? awaitAnswer<Claims>(answer) : readAnswer(answer);
  } catch (failure) {
    throw errorFrom(failure, HOOK);
  }
}

async function awaitAnswer<Claims>(answer: PromiseLike<unknown>): Promise<SchemaAnswer<Claims>> {
  try {
    return readAnswer(await settleInTime(answer, HOOK));
  } catch (failure) {
    throw errorFrom(failure, HOOK);
  }
}

function readAnswer<Claims>(answer: unknown): SchemaAnswer<Claims> {
  if (typeof answer === 'object' && answer !== null) {
    const issues: unknown = 'issues' in answer ? answer.issues : undefined;
    if (issues !== undefined) return { issues };
    // What a schema makes has the type that it declares.
    if ('value' in answer) return { value: answer.value as Claims };
  }
  throw new TypeError('option "claims": the schema must return { value } or { issues }');
}

function withClaims<Claims>(
  token: VerifiedAccessToken,
  answer: SchemaAnswer<Claims>,
): ClaimedToken<Claims> {
  // The issues may quote claims, so they are not passed on.
  if ('issues' in answer) throw new InvalidTokenError('claim');
  const isShareable = freezePlain(answer.value);
  return { token: Object.freeze({ ...token, claims: answer.value }), isShareable };
}

/**
 * Freezes plain objects and arrays in depth. Those that are frozen already are looked into too,
 * because they may be so on the outside alone.
 *
 * @returns Whether that is all there is: then no one can change the value. A `Map`, a `Date` or an
 *   instance of a class is left as it is, and so is what an accessor makes.
 */
function freezePlain(value: unknown, seen = new Set<unknown>()): boolean {
  if (typeof value === 'function') return false;
  if (typeof value !== 'object' || value === null || seen.has(value)) return true;
  if (!isPlain(value)) return false;
  seen.add(value);
  let isAllPlain = true;
  for (const name of Reflect.ownKeys(value)) {
    const property = Reflect.getOwnPropertyDescriptor(value, name);
    const isFrozen = property !== undefined && 'value' in property;
    if (!isFrozen || !freezePlain(property.value, seen)) isAllPlain = false;
  }
  Object.freeze(value);
  return isAllPlain;
}

function isPlain(value: object): boolean {
  if (types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const expected = Array.isArray(value) ? Array.prototype : Object.prototype;
  return prototype === expected || (prototype === null && !Array.isArray(value));
}
