/**
 * What several guards in front of one route require together.
 *
 * @module
 */
import type { SenderConstraint } from '@scopegate/access-token';
import type { RequiredAuthentication } from '@scopegate/protocol';
import type { GuardPolicy } from '../policy/guard-policy.js';
import {
  allOf,
  foldScopes,
  listScopes,
  type ScopeExpression,
  type ScopeRequirement,
} from '../policy/scope-requirement.js';
import { combineAuthentication } from '../user-authentication.js';

/**
 * What the guards of a route require together.
 *
 * @example
 * const { scopes, principal } = auditRoutes(app).routes[0];
 */
export interface CombinedPolicy {
  /** The scopes that a token must have; `undefined` when none are required. */
  readonly scope: ScopeRequirement | undefined;
  /**
   * The scopes that a token must have, each with those that imply it by the option `impliedScopes`;
   * `undefined` when none of them is implied.
   */
  readonly expandedScope: ScopeRequirement | undefined;
  /** Every scope that `scope` names, in that order, without duplicates. */
  readonly scopes: readonly string[];
  /** The only scopes that a token may have; `undefined` for no limit. */
  readonly atMost: readonly string[] | undefined;
  /** The only kind of caller that is allowed; `undefined` for any. */
  readonly principal: GuardPolicy['principal'];
  /**
   * What a token must be bound to: all that are listed, without `'any'` beside another one; empty when it
   * need not be bound.
   */
  readonly senderConstraints: readonly SenderConstraint[];
  /**
   * The authentication context classes of which the user's must be one; empty when the guards have none in
   * common, `undefined` when any is accepted.
   */
  readonly acrValues: readonly string[] | undefined;
  /** The longest time since the user was authenticated, in seconds; `undefined` for no limit. */
  readonly maxAgeSeconds: number | undefined;
  /** Whether the authorization server is asked about the token on every request. */
  readonly fresh: boolean;
  /** The names of the application's own checks, in the order they run. */
  readonly checks: readonly string[];
}

/** Combines the policies of guards: a token must satisfy all of them. */
export function combinePolicies(policies: readonly GuardPolicy[]): CombinedPolicy {
  const scope = requireAll(policies.map((policy) => policy.scope));
  const isExpanded = policies.some(({ expandedScope }) => expandedScope !== undefined);
  const expanded = policies.map((policy) => policy.expandedScope ?? policy.scope);
  const [limit, ...otherLimits] = policies.map(findLimit).filter((each) => each !== undefined);
  const authentication = policies.reduce(
    (combined: RequiredAuthentication, { acrValues, maxAgeSeconds }) =>
      combineAuthentication(combined, { acrValues, maxAgeSeconds }) ?? combined,
    {},
  );
  return {
    scope,
    expandedScope: isExpanded ? requireAll(expanded) : undefined,
    scopes: Object.freeze([...new Set(scope === undefined ? [] : listScopes(scope))]),
    atMost:
      limit &&
      Object.freeze(limit.filter((name) => otherLimits.every((other) => other.includes(name)))),
    principal: policies.find(({ principal }) => principal !== undefined)?.principal,
    senderConstraints: Object.freeze(combineConstraints(policies)),
    acrValues: authentication.acrValues,
    maxAgeSeconds: authentication.maxAgeSeconds,
    fresh: policies.some(({ fresh }) => fresh),
    checks: Object.freeze(policies.flatMap(({ check }) => check ?? [])),
  };
}

/**
 * Combines what guards would require once their trials were enforced.
 *
 * @returns `undefined` when nothing is on trial.
 */
export function combineTrials(policies: readonly GuardPolicy[]): CombinedPolicy | undefined {
  if (policies.every(({ trial }) => trial === undefined)) return undefined;
  return Object.freeze(combinePolicies(policies.map((policy) => policy.trial ?? policy)));
}

function combineConstraints(policies: readonly GuardPolicy[]): SenderConstraint[] {
  const all = [...new Set(policies.flatMap(({ senderConstraint }) => senderConstraint ?? []))];
  const exact = all.filter((constraint) => constraint !== 'any');
  return exact.length === 0 ? all : exact;
}

function requireAll(
  scopes: readonly (ScopeRequirement | undefined)[],
): ScopeRequirement | undefined {
  const [first, ...others] = scopes.filter((scope) => scope !== undefined);
  return first === undefined || others.length === 0 ? first : allOf(first, ...others);
}

/** Finds the only scopes that a guard allows; `undefined` for no limit. */
function findLimit({ scope, atMost, excessScopes }: GuardPolicy): readonly string[] | undefined {
  if (atMost !== undefined) return atMost;
  if (excessScopes !== 'refuse' || scope === undefined) return undefined;
  return listScopes(scope);
}

/**
 * Formats a requirement for people.
 *
 * @example
 * formatRequirement(allOf('a', anyOf('b', 'c'))) // 'a and (b or c)'
 */
export function formatRequirement(requirement: ScopeRequirement): string {
  return foldScopes<FormattedScopes>(requirement, {
    scope: (text) => ({ text, kind: undefined }),
    allOf: (parts) => joinParts('allOf', parts),
    anyOf: (parts) => joinParts('anyOf', parts),
  }).text;
}

interface FormattedScopes {
  readonly text: string;
  /** What joins the parts of the text; `undefined` when it has only one. */
  readonly kind: ScopeExpression['kind'] | undefined;
}

function joinParts(
  kind: ScopeExpression['kind'],
  parts: readonly FormattedScopes[],
): FormattedScopes {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const texts = parts.map((part) =>
    part.kind === undefined || part.kind === kind ? part.text : `(${part.text})`,
  );
  return { text: texts.join(kind === 'allOf' ? ' and ' : ' or '), kind };
}

const MAX_ALTERNATIVES = 64;

/**
 * Lists the sets of scopes that satisfy a requirement and contain no superfluous scope; at most 64.
 *
 * @example
 * listAlternatives(allOf('a', anyOf('b', 'c'))) // [['a', 'b'], ['a', 'c']]
 */
export function listAlternatives(requirement: ScopeRequirement): readonly (readonly string[])[] {
  return foldScopes<readonly (readonly string[])[]>(requirement, {
    scope: (scope) => [[scope]],
    allOf: (parts) => parts.reduce(combineSets, [[]]),
    anyOf: (parts) => parts.flat().slice(0, MAX_ALTERNATIVES),
  });
}

function combineSets(
  sets: readonly (readonly string[])[],
  others: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  return sets
    .flatMap((set) => others.map((other) => [...new Set([...set, ...other])]))
    .slice(0, MAX_ALTERNATIVES);
}
