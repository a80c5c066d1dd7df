/**
 * Checks the members of objects that callers pass.
 *
 * @module
 */
import { invalidOption, isPlainObject } from '@scopegate/protocol/internal';

/** A predicate for a value, and the rest of the message for other values: `must be …`. */
export type MemberCheck = readonly [isValid: (value: unknown) => boolean, expected: string];

/** A string, which may be empty. */
export const STRING: MemberCheck = [isString, 'must be a string'];

/** An object, not an array. */
export const OBJECT: MemberCheck = [isPlainObject, 'must be an object'];

/**
 * Checks the members of an object. Members that are `undefined`, and those without a check, pass.
 *
 * @param path - Precedes the name of the member in messages: `claims.`.
 * @throws TypeError A member fails its check.
 */
export function assertMembers(
  values: object,
  checks: Readonly<Record<string, MemberCheck>>,
  path = '',
): void {
  for (const [name, value] of Object.entries(values) as [string, unknown][]) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (value === undefined || check === undefined || check[0](value)) continue;
    throw invalidOption(`${path}${name}`, check[1]);
  }
}

/** Whether a value is a string. */
export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** Whether a value is an array of strings. The array and the strings may be empty. */
export function isArrayOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isString);
}
