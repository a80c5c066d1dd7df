/**
 * What the audit can see of a handler without calling it.
 *
 * @module
 */
import { isPlainObject, isStringArray } from '@scopegate/protocol/internal';
import { findMetadata, type PublishedMetadata } from '../metadata/published-metadata.js';
import type { GuardPolicy } from '../policy/guard-policy.js';
import { isScopeRequirement } from '../policy/scope-requirement.js';
import { findPublicReason } from './public-mark.js';

/** A guard. */
export interface SeenGuard {
  readonly kind: 'guard';
  readonly name: string;
  readonly policy: GuardPolicy;
}

/**
 * A guard that only reports. It protects nothing; one whose date has passed counts again once it is created
 * without that date, so that the result of an audit does not depend on the time.
 */
export interface SeenReporter {
  readonly kind: 'reporter';
  readonly name: string;
  /** Until when it only reports: an instant in ISO 8601. */
  readonly until: string;
}

/** What a handler is, as far as it can be seen. */
export type SeenHandler =
  | SeenGuard
  | SeenReporter
  /** Made by `declarePublic()`. */
  | { readonly kind: 'mark'; readonly reason: string }
  | { readonly kind: 'metadata'; readonly metadata: PublishedMetadata }
  | {
      readonly kind: 'other';
      readonly name: string;
      /** Whether it takes a request and a response but no `next`, so that no handler runs after it. */
      readonly isFinal: boolean;
    };

/** Reads what a handler is from its name, its members and its number of parameters. */
export function readHandler(handle: (...args: never[]) => unknown): SeenHandler {
  const { name, length } = handle;
  const policy = findPolicy(handle);
  if (policy?.reportOnlyUntil !== undefined) {
    return { kind: 'reporter', name, until: policy.reportOnlyUntil };
  }
  if (policy !== undefined) return { kind: 'guard', name, policy };
  const reason = findPublicReason(handle);
  if (reason !== undefined) return { kind: 'mark', reason };
  const metadata = findMetadata(handle);
  if (metadata !== undefined) return { kind: 'metadata', metadata };
  // A handler of length 0 may take `...args`, and so may call `next`.
  return { kind: 'other', name, isFinal: length === 1 || length === 2 };
}

/** Whether a handler ends every request that it gets. */
export function isFinal(seen: SeenHandler): boolean {
  return seen.kind === 'other' && seen.isFinal;
}

/** Whether a guard refuses requests without a token. */
export function isRequired({ policy }: SeenGuard): boolean {
  return policy.authentication === 'required';
}

/**
 * Finds the policy of a guard.
 *
 * A guard is recognized by its policy, not by its class: a guard of another copy of this package
 * counts, and so does one that instrumentation has wrapped and given the members of the original. A
 * policy must be complete, so that any other member named `policy` does not make a route look guarded.
 */
function findPolicy(handle: object): GuardPolicy | undefined {
  const policy: unknown = Reflect.get(handle, 'policy');
  return isPolicy(policy) ? policy : undefined;
}

function isPolicy(value: unknown): value is GuardPolicy {
  if (!isPlainObject(value) || !Object.isFrozen(value)) return false;
  const { trial, reportOnlyUntil } = value;
  return (
    isEnforceable(value) &&
    (trial === undefined || (isPlainObject(trial) && isEnforceable(trial))) &&
    (reportOnlyUntil === undefined || typeof reportOnlyUntil === 'string')
  );
}

/** Whether a policy is complete, apart from what is not enforced. */
function isEnforceable(value: Readonly<Record<string, unknown>>): boolean {
  const { authentication, scope, expandedScope, atMost, excessScopes } = value;
  const { principal, senderConstraint, check } = value;
  return (
    isOneOf(authentication, ['required', 'optional']) &&
    isOneOf(excessScopes, ['ignore', 'report', 'refuse']) &&
    isOneOf(principal, [undefined, 'client', 'user']) &&
    isOneOf(senderConstraint, [undefined, 'dpop', 'mtls', 'any']) &&
    [scope, expandedScope].every((each) => each === undefined || isScopeRequirement(each)) &&
    (atMost === undefined || isStringArray(atMost)) &&
    (check === undefined || typeof check === 'string')
  );
}

function isOneOf(value: unknown, allowed: readonly unknown[]): boolean {
  return allowed.includes(value);
}
