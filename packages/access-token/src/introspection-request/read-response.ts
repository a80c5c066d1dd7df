/**
 * Introspection responses: whether a token is active, and the members that say more about it.
 *
 * @module
 */
import { type JsonObject, member, parseJsonObject } from '../jws/json-object.js';
import { unusableResponse } from './introspection-fault.js';
import type { RawResponse } from './introspection-request.js';

/**
 * Reads an introspection response.
 *
 * @returns Its members; `undefined` when the token is not active.
 * @throws IntrospectionFault `response`: it is not one JSON object, or its `active` is not a boolean.
 * @see RFC 7662 §2.2
 */
export function readResponse({ bytes }: RawResponse): JsonObject | undefined {
  const members = parseJsonObject(bytes);
  if (members === undefined) {
    throw unusableResponse('is not one JSON object whose members all have different names');
  }
  return readMembers(members);
}

/**
 * Reads the members of an introspection response.
 *
 * @returns The members; `undefined` when the token is not active.
 * @throws IntrospectionFault `response`: `active` is not a boolean.
 */
export function readMembers(members: JsonObject): JsonObject | undefined {
  const isActive = member(members, 'active');
  if (typeof isActive !== 'boolean') throw unusableResponse('has no boolean "active"');
  return isActive ? members : undefined;
}
