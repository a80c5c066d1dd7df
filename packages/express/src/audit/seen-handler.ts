/**
 * What can be seen of a handler from outside.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import { findPublicReason } from '../guard/declare-public.js';
import type { Handler } from '../router/express-layer.js';
import type { GuardPolicy } from '../policy/guard-policy.js';
import { findMetadata, type PublishedMetadata } from '../metadata/published-metadata.js';
import type { ScopeRequirement } from '../policy/scope-requirement.js';

/** A handler, as far as it can be told. */
export type SeenHandler =
  | { readonly kind: 'guard'; readonly name: string; readonly policy: GuardPolicy }
  | { readonly kind: 'mark'; readonly reason: string }
  | { readonly kind: 'metadata'; readonly metadata: PublishedMetadata }
  | {
      readonly kind: 'other';
      readonly name: string;
      /** It takes a request and a response and no `next`: nothing comes after it. */
      readonly answers: boolean;
    };

/** Looks at a handler. */
export function seeHandler(handle: Handler): SeenHandler {
  const { name, length } = handle;
  const policy = findPolicy(handle);
  if (policy !== undefined) return { kind: 'guard', name, policy };
  const reason = findPublicReason(handle);
  if (reason !== undefined) return { kind: 'mark', reason };
  const metadata = findMetadata(handle);
  if (metadata !== undefined) return { kind: 'metadata', metadata };
  // One that counts no parameters at all may take them by `...args`.
  return { kind: 'other', name, answers: length === 1 || length === 2 };
}

/**
 * Finds the policy of a guard.
 *
 * A guard is known by its policy, not by its class: one of another copy of this package is a guard,
 * and so is one that instrumentation has wrapped and given the members of the original. A policy
 * that lacks anything is none, so that a mere `policy` member makes no route look guarded.
 */
function findPolicy(handle: object): GuardPolicy | undefined {
  const policy: unknown = Reflect.get(handle, 'policy');
  return isPolicy(policy) ? policy : undefined;
}

function isPolicy(value: unknown): value is GuardPolicy {
  if (!isPlainObject(value) || !Object.isFrozen(value)) return false;
  const { authentication, scope, atMost, excessScopes, principal, check } = value;
  return (
    isOneOf(authentication, ['required', 'optional']) &&
    isOneOf(excessScopes, ['ignore', 'report', 'refuse']) &&
    isOneOf(principal, [undefined, 'client', 'user']) &&
    (scope === undefined || isRequirement(scope)) &&
    (atMost === undefined || isTexts(atMost)) &&
    (check === undefined || typeof check === 'string')
  );
}

function isRequirement(value: unknown): value is ScopeRequirement {
  if (typeof value === 'string') return true;
  if (!isPlainObject(value) || !isOneOf(value['kind'], ['allOf', 'anyOf'])) return false;
  const { parts } = value;
  return Array.isArray(parts) && parts.length > 0 && parts.every(isRequirement);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isOneOf(value: unknown, allowed: readonly unknown[]): boolean {
  return allowed.includes(value);
}
