/**
 * Requests that a protected route must refuse.
 *
 * @module
 */
import { formatScope } from '@scopegate/protocol';
import type { Bearer } from '../bearer.js';
import type { ForgeryName } from '../forgeries/forgeries.js';
import { insufficientSets, type ScopeNeed, sufficientSets } from './scope-need.js';
import type { TokenOverrides } from '../tokens/token-mint.js';

/** A route as an audit tells of it. */
export interface AttackedRoute {
  /** In upper case; `'ALL'` for any. */
  readonly method: string;
  /** As it was declared. */
  readonly path: string;
  readonly access: 'guarded' | 'optional' | 'public' | 'open';
  /** Why it takes requests without a token; `undefined` when that was not declared. */
  readonly publicReason: string | undefined;
  /** Its handlers that run before its guard. */
  readonly earlyHandlers: readonly string[];
  readonly scope: ScopeNeed | undefined;
  /** Every scope that a token may carry; `undefined` for no limit. */
  readonly atMost: readonly string[] | undefined;
  readonly principal: 'client' | 'user' | undefined;
  /** A `HEAD` that is answered by the handlers of `GET`. */
  readonly impliedByGet: boolean;
  /** What answers in its place. */
  readonly shadowedBy: { readonly route: string; readonly isCertain: boolean } | undefined;
  /** Concrete paths that lead there. */
  readonly samplePaths: readonly string[];
}

/** Middleware that an audit cannot look into. */
export interface UnseenTarget {
  readonly name: string;
  readonly path: string;
  /** It may be where requests end. */
  readonly hasOwnPath: boolean;
  readonly isGuarded: boolean;
  readonly publicReason: string | undefined;
  /** Concrete paths that lead there. */
  readonly samplePaths: readonly string[];
}

/** Writes middleware as the audit names it. */
export function nameOf({ name, path }: UnseenTarget): string {
  return `${name === '' ? 'a function' : name}${path === '/' ? '' : ` on ${path}`}`;
}

/** A request that has to be refused, and how. */
export interface Attack {
  /** What is wrong with it. */
  readonly name: string;
  /** Names the token, where one is sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal: ExpectedRefusal;
}

/** The answer that a request has to get. RFC 6750 §3.1. */
export interface ExpectedRefusal {
  readonly status: 401 | 403;
  /** The error code of the challenge; `undefined` for a challenge without one. */
  readonly error: 'invalid_token' | 'insufficient_scope' | undefined;
  /** What the guard may give as its reason; empty for any. */
  readonly reasons: readonly string[];
}

/** What attacks are made with. */
export interface Arsenal {
  readonly bearer: Bearer;
  /** What every token says, if the route says nothing else. */
  readonly token: TokenOverrides;
  readonly forgeries: readonly ForgeryName[];
  /** Scopes that the API knows. */
  readonly scopes: readonly string[];
}

/** The reasons that are right; where none is given, any will do. */
const REASONS: Partial<Readonly<Record<ForgeryName, readonly string[]>>> = {
  expired: ['expired'],
  wrongAudience: ['audience'],
  foreignKey: ['signature', 'key'],
  tampered: ['signature'],
  algNone: ['alg'],
};

/** A scope that no API declares. */
const STRANGE_SCOPE = 'scopegate-testing:not-declared';

/** Plans the attacks on a route that is guarded. */
export function planAttacks(route: AttackedRoute, arsenal: Arsenal): readonly Attack[] {
  const { bearer, forgeries } = arsenal;
  const good = goodToken(route, arsenal);
  const forged = forgeries.map((name) => ({
    name: `forged: ${name}`,
    headers: bearer[name](good),
    refusal: invalidToken(REASONS[name] ?? []),
  }));
  return [
    ...(route.access === 'optional' ? [] : [WITHOUT_TOKEN]),
    ...forged,
    ...scopeAttacks(route, arsenal, good),
    ...excessAttacks(route, arsenal, good),
    ...principalAttacks(route, arsenal, good),
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

/** What a token must say to be let through. */
function goodToken(
  { scope, atMost, principal }: AttackedRoute,
  { token }: Arsenal,
): TokenOverrides {
  const sets = sufficientSets(scope);
  const isAllowed = (set: readonly string[]): boolean =>
    atMost === undefined || set.every((each) => atMost.includes(each));
  const scopes = sets.find(isAllowed) ?? [];
  return {
    ...token,
    ...withScopes(scopes),
    ...(principal !== undefined && actingAs(principal, token)),
  };
}

function withScopes(scopes: readonly string[]): TokenOverrides {
  return { scope: scopes.length === 0 ? undefined : formatScope(scopes) };
}

function actingAs(principal: 'client' | 'user', { subject }: TokenOverrides): TokenOverrides {
  return { subject: principal === 'client' ? undefined : (subject ?? 'test-user') };
}

function scopeAttacks(
  { scope }: AttackedRoute,
  { bearer }: Arsenal,
  good: TokenOverrides,
): readonly Attack[] {
  if (scope === undefined) return [];
  const attackWith = (name: string, scopes: readonly string[]): Attack => ({
    name,
    headers: bearer({ ...good, ...withScopes(scopes) }),
    refusal: insufficientScope('scope'),
  });
  return [
    attackWith('no scope', []),
    ...insufficientSets(scope)
      .filter(({ scopes }) => scopes.length > 0)
      .map(({ missing, scopes }) => attackWith(`without ${missing}`, scopes)),
  ];
}

function excessAttacks(
  { atMost }: AttackedRoute,
  { bearer, scopes }: Arsenal,
  good: TokenOverrides,
): readonly Attack[] {
  if (atMost === undefined) return [];
  const forbidden = [...scopes, STRANGE_SCOPE].filter((scope) => !atMost.includes(scope));
  return forbidden.map((scope) => ({
    name: `${scope} besides`,
    headers: bearer({ ...good, scope: formatScope([good.scope ?? '', scope].filter(Boolean)) }),
    refusal: invalidToken(['excess_scope']),
  }));
}

function principalAttacks(
  { principal }: AttackedRoute,
  { bearer, token }: Arsenal,
  good: TokenOverrides,
): readonly Attack[] {
  if (principal === undefined) return [];
  const other = principal === 'client' ? 'user' : 'client';
  return [
    {
      name: `the token of a ${other}`,
      headers: bearer({ ...good, ...actingAs(other, token) }),
      refusal: insufficientScope('principal'),
    },
  ];
}
