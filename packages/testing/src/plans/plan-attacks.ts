/**
 * Plans the requests that a protected route must refuse.
 *
 * @module
 */
import { formatScope } from '@scopegate/protocol';
import type { ForgeryName } from '../forgeries/forgeries.js';
import type { TokenOverrides } from '../tokens/token-overrides.js';
import { type Attack, type AttackKit, insufficientScope, invalidToken } from './attack.js';
import type { AttackCaller } from './attack-caller.js';
import type { AttackedRoute } from './attacked-route.js';
import { planFreshAttacks, planOpaqueAttacks } from './plan-activity-attacks.js';
import { planPossessionAttacks } from './plan-possession-attacks.js';
import { planStepUpAttacks, withStepUp } from './plan-step-up-attacks.js';
import { insufficientSets, sufficientSets } from './scope-need.js';

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

/** What the attacks on one route are planned from. */
interface AttackPlan {
  readonly route: AttackedRoute;
  readonly kit: AttackKit;
  /** A token that the route accepts. */
  readonly good: TokenOverrides;
  /** Creates the headers of a request with a token. */
  readonly headersWith: (overrides: TokenOverrides) => Attack['headers'];
}

/** Plans the attacks on a guarded route. */
export function planAttacks(
  route: AttackedRoute,
  kit: AttackKit,
  caller: AttackCaller,
): readonly Attack[] {
  const good = withStepUp({ ...createGoodOverrides(route, kit), ...boundTo(caller) }, route, kit);
  const mint = (overrides: TokenOverrides): string => tokenIn(kit.bearer(overrides));
  const headersWith = (overrides: TokenOverrides): Attack['headers'] =>
    caller.present(mint(overrides));
  const plan = { route, kit, good, headersWith };
  const forged = kit.forgeries.map((name) => ({
    name: `forged: ${name}`,
    headers: caller.present(tokenIn(kit.bearer[name](good))),
    // An API for opaque tokens may refuse a JWT before it looks at what is wrong with it.
    refusal: invalidToken(isOpaque(kit) ? [] : (REASONS[name] ?? [])),
  }));
  const others = caller.isComplete
    ? [
        ...planScopeAttacks(plan),
        ...planExcessAttacks(plan),
        ...planPrincipalAttacks(plan),
        ...planStepUpAttacks(route, kit, { good, headersWith }),
      ]
    : [];
  const lacking = caller.isComplete ? findLackingToken(plan) : undefined;
  return [
    ...(route.access === 'optional' ? [] : [WITHOUT_TOKEN]),
    ...forged,
    ...(isOpaque(kit) ? planOpaqueAttacks(caller, { mint, good }) : []),
    ...others,
    ...planFreshAttacks(route, kit, { caller, mint, good, lacking }),
    ...planPossessionAttacks(caller, kit, { mint, good, lacking }),
  ];
}

const WITHOUT_TOKEN: Attack = {
  name: 'no token',
  headers: {},
  refusal: { status: 401, errors: [undefined], reasons: ['missing_credentials'] },
};

function isOpaque({ token }: AttackKit): boolean {
  return token.format === 'opaque';
}

function tokenIn({ authorization }: { readonly authorization: string }): string {
  return authorization.replace(/^Bearer /, '');
}

function boundTo({ boundTo: bindings }: AttackCaller): TokenOverrides {
  return bindings === undefined ? {} : { boundTo: bindings };
}

/** Finds a token that only the scopes, the limit of scopes or the kind of caller exclude. */
function findLackingToken({ route, kit, good }: AttackPlan): TokenOverrides | undefined {
  const { scope, expandedScope = scope, principal, atMost } = route;
  if (expandedScope !== undefined) return { ...good, ...withScopes([]) };
  if (principal !== undefined)
    return { ...good, ...withPrincipal(otherThan(principal), kit.token) };
  return atMost === undefined ? undefined : withScopeAdded(good, UNDECLARED_SCOPE);
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

function withScopeAdded(good: TokenOverrides, scope: string): TokenOverrides {
  return { ...good, scope: formatScope([good.scope ?? '', scope].filter(Boolean)) };
}

function otherThan(principal: 'client' | 'user'): 'client' | 'user' {
  return principal === 'client' ? 'user' : 'client';
}

function planScopeAttacks({ route, good, headersWith }: AttackPlan): readonly Attack[] {
  const { scope, expandedScope = scope } = route;
  if (expandedScope === undefined) return [];
  const attackWith = (name: string, scopes: readonly string[]): Attack => ({
    name,
    headers: headersWith({ ...good, ...withScopes(scopes) }),
    refusal: insufficientScope('scope'),
  });
  return [
    attackWith('no scope', []),
    ...insufficientSets(expandedScope)
      .filter(({ scopes }) => scopes.length > 0)
      .map(({ missing, scopes }) => attackWith(`without ${missing}`, scopes)),
  ];
}

function planExcessAttacks({ route, kit, good, headersWith }: AttackPlan): readonly Attack[] {
  const { atMost } = route;
  if (atMost === undefined) return [];
  const forbidden = [...kit.scopes, UNDECLARED_SCOPE].filter((scope) => !atMost.includes(scope));
  return forbidden.map((scope) => ({
    name: `with ${scope} added`,
    headers: headersWith(withScopeAdded(good, scope)),
    refusal: invalidToken(['excess_scope']),
  }));
}

function planPrincipalAttacks({ route, kit, good, headersWith }: AttackPlan): readonly Attack[] {
  if (route.principal === undefined) return [];
  const other = otherThan(route.principal);
  return [
    {
      name: `token of a ${other}`,
      headers: headersWith({ ...good, ...withPrincipal(other, kit.token) }),
      refusal: insufficientScope('principal'),
    },
  ];
}
