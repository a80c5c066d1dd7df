/**
 * The authorization details of a token. RFC 9396.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { isPlainObject } from '@scopegate/protocol/internal';
import { type JsonObject, member } from '../jws/json-object.js';

/** One authorization detail. Its members depend on its type, and are not checked. RFC 9396 §2. */
export interface AuthorizationDetail {
  /** The type, which defines the other members. */
  readonly type: string;
  /** Any other member, unchecked. */
  readonly [name: string]: unknown;
}

const NONE: readonly AuthorizationDetail[] = Object.freeze([]);

/**
 * Reads `authorization_details`.
 *
 * @returns An empty array when the claim is absent.
 * @throws InvalidTokenError `claim`: it is not an array of objects that each have a string `type`.
 * @see RFC 9396 §2, §9.1
 */
export function readAuthorizationDetails(claims: JsonObject): readonly AuthorizationDetail[] {
  const details = member(claims, 'authorization_details');
  if (details === undefined) return NONE;
  if (Array.isArray(details) && details.every(isDetail)) return details;
  throw new InvalidTokenError('claim', { claim: 'authorization_details', problem: 'malformed' });
}

function isDetail(value: unknown): value is AuthorizationDetail {
  return isPlainObject(value) && typeof member(value, 'type') === 'string';
}
