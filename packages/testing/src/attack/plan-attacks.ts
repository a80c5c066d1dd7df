/**
 * Plans the requests that a protected route must refuse.
 *
 * @module
 */
import { formatScope } from '@scopegate/protocol';
import type { Bearer } from '../bearer.js';
import type { ForgeryName } from '../forgeries/forgeries.js';
import type { TokenOverrides } from '../tokens/token-overrides.js';
import type { AttackedRoute } from './attacked-route.js';
import { insufficientSets, sufficientSets } from './scope-need.js';

/** A request that must be refused, and the expected refusal. */
export interface Attack {
  /** What is wrong with the request. */
  readonly name: string;
  /** The `Authorization` header field, where a token is sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal: ExpectedRefusal;
}

/** The expected response to an attack. RFC 6750 §3.1. */
export interface ExpectedRefusal {
  readonly status: 401 | 403;
  /** The error code of the challenge; `undefined` for a challenge without one. */
  readonly error: 'invalid_token' | 'insufficient_scope' | undefined;
  /** The reasons that the guard may report; empty for any reason. */
  readonly reasons: readonly string[];
}

/** The options from which attacks are planned. */
export interface AttackKit {
  readonly bearer: Bearer;
  /** Overrides of every token. The scope and the kind of caller are then set as each route requires. */
  readonly token: TokenOverrides;
  readonly forgeries: readonly ForgeryName[];
  /** The scopes that the API declares. */
  readonly scopes: readonly string[];
}

/** The reasons that a guard may report for a forgery; any reason for those not listed. */
const REASONS: Partial<Readonly<Record<ForgeryName, readonly string[]>>> = {
  expired: ['expired'],
  wrongAudience: ['audience'],
  foreignKey: ['signature', 'key'],
  tampered: ['signature'],
  algNone: ['alg'],
};

/** A scope that no API declares. */
const UNDECLARED_SCOPE = 'scopegate-testing:not-declared';

/** Plans the attacks on a guarded route. */
export function planAttacks(route: AttackedRoute, kit: AttackKit): readonly Attack[] {
  const good = createGoodOverrides(route, kit);
  const forged = kit.forgeries.map((name) => ({
    name: `forged: ${name}`,
    headers: kit.bearer[name](good),
    refusal: invalidToken(REASONS[name] ?? []),
  }));
  return [
    ...(route.access === 'optional' ? [] : [WITHOUT_TOKEN]),
    ...forged,
    ...planScopeAttacks(route, kit, good),
    ...planExcessAttacks(route, kit, good),
    ...planPrincipalAttacks(route, kit, good),
  ];
}

const WITHOUT_TOKEN: Attack = {
  name: 'no token',
  headers: {},
  refusal: { status: 401, error: undefined, reasons: ['missing_credentials'] },
};

function invalidToken(reasons: readonly string[]): ExpectedRefusal {
  return { status: 401, error: 'invalid_token', reasons };
}

function insufficientScope(reason: string): ExpectedRefusal {
  return { status: 403, error: 'insufficient_scope', reasons: [reason] };
}

/** Creates the overrides of a token that the route accepts. */
function createGoodOverrides(
  { scope, expandedScope = scope, atMost, principal }: AttackedRoute,
  { token }: AttackKit,
): TokenOverrides {
  const sets = sufficientSets(expandedScope);
  const isAllowed = (set: readonly string[]): boolean =>
    atMost === undefined || set.every((each) => atMost.includes(each));
  const scopes = sets.find(isAllowed) ?? [];
  return {
    ...token,
    ...withScopes(scopes),
    ...(principal !== undefined && withPrincipal(principal, token)),
  };
}

function withScopes(scopes: readonly string[]): TokenOverrides {
  return { scope: scopes.length === 0 ? undefined : formatScope(scopes) };
}

function withPrincipal(principal: 'client' | 'user', { subject }: TokenOverrides): TokenOverrides {
  return { subject: principal === 'client' ? undefined : (subject ?? 'test-user') };
}

function planScopeAttacks(
  { scope, expandedScope = scope }: AttackedRoute,
  { bearer }: AttackKit,
  good: TokenOverrides,
): readonly Attack[] {
  if (expandedScope === undefined) return [];
  const attackWith = (name: string, scopes: readonly string[]): Attack => ({
    name,
    headers: bearer({ ...good, ...withScopes(scopes) }),
    refusal: insufficientScope('scope'),
  });
  return [
    attackWith('no scope', []),
    ...insufficientSets(expandedScope)
      .filter(({ scopes }) => scopes.length > 0)
      .map(({ missing, scopes }) => attackWith(`without ${missing}`, scopes)),
  ];
}

function planExcessAttacks(
  { atMost }: AttackedRoute,
  { bearer, scopes }: AttackKit,
  good: TokenOverrides,
): readonly Attack[] {
  if (atMost === undefined) return [];
  const forbidden = [...scopes, UNDECLARED_SCOPE].filter((scope) => !atMost.includes(scope));
  return forbidden.map((scope) => ({
    name: `with ${scope} added`,
    headers: bearer({ ...good, scope: formatScope([good.scope ?? '', scope].filter(Boolean)) }),
    refusal: invalidToken(['excess_scope']),
  }));
}

function planPrincipalAttacks(
  { principal }: AttackedRoute,
  { bearer, token }: AttackKit,
  good: TokenOverrides,
): readonly Attack[] {
  if (principal === undefined) return [];
  const other = principal === 'client' ? 'user' : 'client';
  return [
    {
      name: `token of a ${other}`,
      headers: bearer({ ...good, ...withPrincipal(other, token) }),
      refusal: insufficientScope('principal'),
    },
  ];
}
