/**
 * Reads the policy of a guard from JSON, which omits the members that are `undefined`.
 *
 * @module
 */
import type { GuardPolicy, ScopeRequirement } from '@scopegate/resource-server';
import {
  type Members,
  readArray,
  readIfAny,
  readObject,
  readOneOf,
  readString,
  readStrings,
  UnreadableError,
} from './readable-values.js';

/** The deepest expression of scopes; a file could nest more than a call stack has frames. */
const MAX_DEPTH = 32;

/**
 * Reads a policy.
 *
 * @throws UnreadableError It is not one.
 */
export function readPolicy(value: unknown): GuardPolicy {
  const policy = readObject(value);
  const trial = readIfAny(policy['trial'], readObject);
  return Object.freeze({
    ...readMembers(policy),
    // A policy on trial has no trial.
    trial: trial && Object.freeze({ ...readMembers(trial), trial: undefined }),
  });
}

function readMembers(policy: Members): Omit<GuardPolicy, 'trial'> {
  return {
    authentication: readOneOf(policy['authentication'], ['required', 'optional']),
    scope: readIfAny(policy['scope'], readRequirement),
    expandedScope: readIfAny(policy['expandedScope'], readRequirement),
    atMost: readIfAny(policy['atMost'], readStrings),
    excessScopes: readOneOf(policy['excessScopes'], ['ignore', 'report', 'refuse']),
    principal: readIfAny(policy['principal'], (name) => readOneOf(name, ['client', 'user'])),
    senderConstraint: readIfAny(policy['senderConstraint'], (name) =>
      readOneOf(name, ['dpop', 'mtls', 'any']),
    ),
    acrValues: readIfAny(policy['acrValues'], readStrings),
    maxAgeSeconds: readIfAny(policy['maxAgeSeconds'], readSeconds),
    fresh: policy['fresh'] === true,
    check: readIfAny(policy['check'], readString),
    reportOnlyUntil: readIfAny(policy['reportOnlyUntil'], readString),
  };
}

function readRequirement(value: unknown, depth = 0): ScopeRequirement {
  if (typeof value === 'string') return value;
  const { kind, parts } = readObject(value);
  if (depth >= MAX_DEPTH) throw new UnreadableError('a requirement is nested too deeply');
  const read = readArray(parts, (part) => readRequirement(part, depth + 1));
  if (read.length === 0) throw new UnreadableError('a requirement is empty');
  return { kind: readOneOf(kind, ['allOf', 'anyOf']), parts: read };
}

function readSeconds(value: unknown): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new UnreadableError('a number of seconds is missing');
}
