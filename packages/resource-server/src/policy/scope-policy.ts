/**
 * The scopes that a route requires and allows, compiled when its guard is created.
 *
 * @module
 */
import {
  type ChallengeError,
  formatScope,
  InsufficientScopeError,
  InvalidTokenError,
  isScopeToken,
} from '@scopegate/protocol';
import { didYouMean } from '@scopegate/protocol/internal';
import { expandRequirement, type ImplyingScopes } from './implied-scopes.js';
import { foldScopes, listScopes, type ScopeRequirement } from './scope-requirement.js';

/** What happens to tokens with more scopes than a route requires. */
export type ExcessScopesPolicy = 'ignore' | 'report' | 'refuse';

/** A compiled requirement and limit. */
export interface ScopePolicy {
  /** Whether a token's scopes, with those that they imply, meet the requirement. */
  readonly isSatisfiedBy: (scopes: ReadonlySet<string>) => boolean;
  /** The requirement with the scopes that imply those it names; `undefined` when there are none. */
  readonly expanded: ScopeRequirement | undefined;
  /** Sufficient scopes for the challenge, separated by spaces; `undefined` when none are required. */
  readonly sufficient: string | undefined;
  /** Every scope that the requirement names, without those that imply them. */
  readonly named: ReadonlySet<string>;
  /** Every scope that a token may carry; `undefined` without a limit. */
  readonly atMost: ReadonlySet<string> | undefined;
}

/** The parts of a policy, as declared. */
export interface ScopePolicyParts {
  readonly scope: ScopeRequirement | undefined;
  readonly atMost: readonly string[] | undefined;
  /** The scopes that the API declares; `undefined` when it declares none. */
  readonly vocabulary: readonly string[] | undefined;
  /** `undefined` when no scope implies another. */
  readonly implying?: ImplyingScopes | undefined;
}

/**
 * Compiles a policy.
 *
 * @throws TypeError An expression or the limit is empty, a scope is outside the grammar or the
 *   vocabulary, or no token within the limit satisfies the requirement.
 * @see RFC 6749 §3.3
 */
export function compileScopePolicy({
  scope,
  atMost,
  vocabulary,
  implying,
}: ScopePolicyParts): ScopePolicy {
  const named = new Set(scope === undefined ? [] : listScopes(scope));
  const limit = atMost && new Set(atMost);
  for (const token of [...named, ...(limit ?? [])]) assertKnownScope(token, vocabulary);
  if (limit?.size === 0)
    throw new TypeError('option "atMost" must be an array of at least one scope');
  const accepted = scope === undefined ? undefined : expandRequirement(scope, implying);
  const sufficient = findLeastSufficient(scope, accepted, limit);
  if (sufficient === undefined) {
    throw new TypeError(
      'option "atMost" must allow scopes that satisfy "scope"; add them to "atMost"',
    );
  }
  return Object.freeze({
    isSatisfiedBy: accepted === undefined ? () => true : compile(accepted),
    expanded: accepted === scope ? undefined : accepted,
    sufficient: sufficient.length === 0 ? undefined : formatScope(new Set(sufficient)),
    named,
    atMost: limit,
  });
}

/**
 * Checks the scopes of a token against a policy.
 *
 * @param excessScopes - `'refuse'` limits a token to the required scopes where there is no `atMost`.
 * @returns The refusal; `undefined` when the policy allows the scopes.
 * @see RFC 6750 §3.1; RFC 6749 §3.3; RFC 9700 §2.3
 */
export function checkScopes(
  scopes: ReadonlySet<string>,
  policy: ScopePolicy,
  excessScopes: ExcessScopesPolicy,
): ChallengeError | undefined {
  const { isSatisfiedBy, sufficient } = policy;
  if (!isSatisfiedBy(scopes)) return new InsufficientScopeError('scope', sufficient);
  const limit = findLimit(policy, excessScopes);
  if (limit === undefined || isWithin(scopes, limit)) return undefined;
  // The client should request a token with less scope.
  return new InvalidTokenError('excess_scope', { scope: sufficient });
}

/** Finds the only scopes that a token may have; `undefined` without a limit. */
export function findLimit(
  { named, atMost }: Pick<ScopePolicy, 'named' | 'atMost'>,
  excessScopes: ExcessScopesPolicy,
): ReadonlySet<string> | undefined {
  return atMost ?? (excessScopes === 'refuse' ? named : undefined);
}

/** Whether every scope is within a limit. */
function isWithin(scopes: ReadonlySet<string>, limit: ReadonlySet<string>): boolean {
  for (const scope of scopes) if (!limit.has(scope)) return false;
  return true;
}

/**
 * Asserts that the API declares a scope.
 *
 * @throws TypeError The scope is outside the grammar or the vocabulary.
 */
export function assertKnownScope(scope: unknown, vocabulary: readonly string[] | undefined): void {
  if (!isScopeToken(scope)) {
    throw new TypeError(
      'a scope must be a scope-token (RFC 6749 §3.3): printable ASCII without spaces, " or \\',
    );
  }
  if (vocabulary === undefined || vocabulary.includes(scope)) return;
  const hint = didYouMean(scope, vocabulary);
  throw new TypeError(`scope "${scope}" is not among the "scopes" of this resource server${hint}`);
}

function compile(requirement: ScopeRequirement): ScopePolicy['isSatisfiedBy'] {
  return foldScopes<ScopePolicy['isSatisfiedBy']>(requirement, {
    scope: (required) => (scopes) => scopes.has(required),
    allOf: (parts) => {
      const [only] = parts;
      if (only !== undefined && parts.length === 1) return only;
      return (scopes) => parts.every((isSatisfiedBy) => isSatisfiedBy(scopes));
    },
    anyOf: (parts) => {
      const [only] = parts;
      if (only !== undefined && parts.length === 1) return only;
      return (scopes) => parts.some((isSatisfiedBy) => isSatisfiedBy(scopes));
    },
  });
}

/** A broad scope is named only where the limit excludes the narrow ones that it implies. */
function findLeastSufficient(
  scope: ScopeRequirement | undefined,
  accepted: ScopeRequirement | undefined,
  limit: ReadonlySet<string> | undefined,
): readonly string[] | undefined {
  if (scope === undefined || accepted === undefined) return [];
  return findSufficient(scope, limit) ?? findSufficient(accepted, limit);
}

/**
 * Finds one set of scopes that is enough, as challenges name it: the grammar of `scope` cannot express
 * alternatives.
 *
 * @param limit - The only scopes to choose from; `undefined` for any.
 * @returns The first alternative within the limit; `undefined` when there is none.
 */
export function findSufficient(
  requirement: ScopeRequirement,
  limit: Pick<ReadonlySet<string>, 'has'> | undefined,
): readonly string[] | undefined {
  return foldScopes<readonly string[] | undefined>(requirement, {
    scope: (scope) => (limit === undefined || limit.has(scope) ? [scope] : undefined),
    allOf: (parts) =>
      parts.includes(undefined) ? undefined : parts.flatMap((scopes) => scopes ?? []),
    anyOf: (parts) => parts.find((scopes) => scopes !== undefined),
  });
}
