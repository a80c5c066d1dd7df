/**
 * Claims held against the schema that the application gave.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidTokenError } from '@scopegate/protocol';
import type { VerifiedAccessToken } from './claims.js';

/**
 * Gives a token the claims that a schema makes of its claims.
 *
 * @returns In this tick when the schema answers so.
 * @throws InvalidTokenError `claim`: the schema found issues.
 */
export function applyClaimsSchema<Claims>(
  token: VerifiedAccessToken,
  schema: StandardSchemaV1<unknown, Claims>,
): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> {
  const result = schema['~standard'].validate(token.claims);
  return result instanceof Promise
    ? result.then((late) => withClaims(token, late))
    : withClaims(token, result);
}

function withClaims<Claims>(
  token: VerifiedAccessToken,
  result: StandardSchemaV1.Result<Claims>,
): VerifiedAccessToken<Claims> {
  // The issues may quote claims, so they are not passed on.
  if (result.issues !== undefined) throw new InvalidTokenError('claim');
  return Object.freeze({ ...token, claims: deepFreeze(result.value) });
}

/**
 * Plain objects and lists only: what else a schema makes is its own affair. Those that are frozen
 * already are looked into too, for they may be so on the outside alone.
 */
function deepFreeze<Value>(value: Value, seen = new Set<unknown>()): Value {
  if (typeof value !== 'object' || value === null || seen.has(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  seen.add(value);
  for (const inner of Object.values(value)) deepFreeze(inner, seen);
  return Object.freeze(value);
}
