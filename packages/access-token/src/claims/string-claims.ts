/**
 * Readers of claims that contain strings.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { type JsonObject, member } from '../jws/json-object.js';

/**
 * Reads a claim that must be a string when it is present.
 *
 * @throws InvalidTokenError `claim`
 * @see RFC 7519 §4.1.2, §4.1.7; RFC 9068 §2.2
 */
export function readString(claims: JsonObject, name: string): string | undefined {
  const value = member(claims, name);
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidTokenError('claim', { claim: name, problem: 'malformed' });
}

/**
 * Reads a claim that must be a string or an array of strings when it is present.
 *
 * @returns An array in either case; `undefined` when the claim is absent.
 * @throws InvalidTokenError `claim`
 */
export function readStrings(claims: JsonObject, name: string): readonly string[] | undefined {
  const value = member(claims, name);
  if (value === undefined) return undefined;
  if (typeof value === 'string') return Object.freeze([value]);
  if (isStringArray(value)) return value;
  throw new InvalidTokenError('claim', { claim: name, problem: 'malformed' });
}

/** Whether a value is an array of strings. */
export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
