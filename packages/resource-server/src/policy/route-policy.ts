/**
 * What a route requires, as it is declared.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { SenderConstraint } from '@scopegate/access-token';
import { assertKnownOptions, invalidOption, type KnownOptions } from '@scopegate/protocol/internal';
import { assertNotMiddleware } from './guard-arguments.js';
import type { RouteCheck } from './route-check.js';
import type { NonEmpty, ScopeRequirement } from './scope-requirement.js';

/** What can be required of the tokens of clients and of users, wherever a policy is evaluated. */
interface TokenRequirements<Scope extends string> {
  /** Scopes that are required: one, `allOf(…)` or `anyOf(…)`. Default: none. */
  readonly scope?: ScopeRequirement<Scope> | undefined;
  /**
   * Every scope that a token may carry here; a token with any other scope is refused with 401. Replaces
   * the limit of the option `excessScopes`. Default: no limit.
   */
  readonly atMost?: readonly Scope[] | undefined;
  /**
   * What the token must be bound to: `'dpop'` to a key (RFC 9449), `'mtls'` to a certificate (RFC 8705),
   * `'any'` to either of them. Requires the option `dpop` or `mtls` of the resource server, and cannot be
   * looser than its `senderConstraint`. Default: the `senderConstraint` of the resource server.
   */
  readonly senderConstraint?: SenderConstraint | undefined;
}

/** What only a guard can require. */
interface RequestRequirements<Claims, Request extends object> {
  /**
   * Whether the authorization server is asked about the token on every request, even if the token is cached.
   * The answer can only narrow what the token says; a token that is no longer active is refused. Requires the
   * option `introspection` of every issuer; while an authorization server is unavailable, requests are
   * answered with 503. Default: `false`.
   */
  readonly fresh?: boolean | undefined;
  /** The application's own condition, evaluated on every request after the scopes. Default: none. */
  readonly check?: RouteCheck<Claims, Request> | undefined;
}

/** A stricter policy that a guard does not enforce. */
interface PolicyOnTrial<Scope extends string> {
  /**
   * A stricter policy to try before it is enforced. Its members replace those of the route. While
   * `scopegate:decision` has subscribers, each request that the route allows is also checked against it, and
   * the event reports the result as `trial`; the response never depends on it. To enforce it, move its members
   * into the policy of the route. Default: none.
   */
  readonly trial?: HandlerPolicy<Scope> | undefined;
}

/** Requirements that the token of a user can meet. */
interface UserRequirements {
  /**
   * Who may call: `'client'` for clients acting on their own behalf, `'user'` for clients acting on
   * behalf of a user. Default: any principal, including an unknown one.
   */
  readonly principal?: 'user' | undefined;
  /**
   * The authentication context classes (`acr`) of which the user's must be one, in order of preference;
   * non-empty, each of printable ASCII without spaces, `"` and `\`. A token without `acr` is refused with 401
   * `insufficient_user_authentication`; a client's token with 403, because it has no user. RFC 9470.
   * Default: any authentication.
   */
  readonly acrValues?: NonEmpty<string> | undefined;
  /**
   * The longest time since the user was authenticated (`auth_time`), in seconds; an integer of at least 0.
   * `clockToleranceSeconds` is added. A token without `auth_time` is refused as for `acrValues`. RFC 9470.
   * Default: no limit.
   */
  readonly maxAgeSeconds?: number | undefined;
}

/** Requirements that the token of a client can meet: it has no user to authenticate. */
interface ClientRequirements {
  /** Who may call: clients acting on their own behalf. */
  readonly principal: 'client';
  /** Cannot be combined with `principal: 'client'`. */
  readonly acrValues?: undefined;
  /** Cannot be combined with `principal: 'client'`. */
  readonly maxAgeSeconds?: undefined;
}

/** What a route requires; at least one member. */
export type RoutePolicy<
  Scope extends string = string,
  Claims = unknown,
  Request extends object = IncomingMessage,
> = TokenRequirements<Scope> &
  RequestRequirements<Claims, Request> &
  PolicyOnTrial<Scope> &
  (UserRequirements | ClientRequirements);

/**
 * What a part of an API requires inside a handler, or what is on trial; at least one member. A
 * {@link RoutePolicy} without `fresh`, `check` and `trial`.
 */
export type HandlerPolicy<Scope extends string = string> = TokenRequirements<Scope> &
  (UserRequirements | ClientRequirements);

/** A policy before it is checked. */
export type AnyRoutePolicy = RoutePolicy<string, unknown, object>;

/** The functions that take a policy. */
export type PolicyFunction = 'require' | 'guardUpgrade' | 'policy';

const MEMBERS = ['scope', 'atMost', 'principal', 'senderConstraint', 'acrValues', 'maxAgeSeconds'];

/** What such a function accepts, and what to write where any valid token is enough. */
interface PolicyArgument {
  readonly known: KnownOptions;
  readonly bare: string;
}

const CHECK = 'write "check": { name, test }, or name the claim in the option "scopeClaims"';

/** The parameters of RFC 9470 §3, and what other libraries call them. */
const HINTS = {
  acr: 'write "acrValues"',
  acr_values: 'write "acrValues"',
  max_age: 'write "maxAgeSeconds"',
  maxAge: 'write "maxAgeSeconds"',
};
const CLAIM_HINTS = { permissions: CHECK, roles: CHECK, groups: CHECK, claims: CHECK };
const ON_A_ROUTE = {
  known: {
    names: [...MEMBERS, 'fresh', 'check', 'trial'],
    hints: { ...HINTS, ...CLAIM_HINTS },
  },
};
const ARGUMENTS: Readonly<Record<PolicyFunction, PolicyArgument>> = {
  require: { ...ON_A_ROUTE, bare: 'requireAccessToken()' },
  guardUpgrade: { ...ON_A_ROUTE, bare: 'guardUpgrade(onUpgrade)' },
  policy: {
    known: {
      names: MEMBERS,
      hints: {
        ...HINTS,
        check: 'only guards run checks; evaluate the condition in the handler',
        fresh: 'only guards ask the authorization server; write it in the policy of the route',
        trial: 'only guards try policies; write it in the policy of the route',
      },
    },
    bare: 'requireAccessToken() on the route',
  },
};
/** A trial must not change anything, so it cannot ask the application or the authorization server. */
const ON_TRIAL: KnownOptions = {
  names: MEMBERS,
  hints: {
    ...HINTS,
    check: 'a trial does not call the application; omit it',
    fresh: 'a trial does not ask the authorization server; omit it',
    trial: 'a trial cannot contain another one; omit it',
  },
};
const PRINCIPALS: readonly unknown[] = ['client', 'user'];

/**
 * Asserts that a policy has the shape of one; its scopes are checked when they are compiled.
 *
 * @throws TypeError The policy is empty, or has an unknown member or one that is out of range.
 */
export function assertRoutePolicy(route: AnyRoutePolicy, where: PolicyFunction): void {
  const { known, bare } = ARGUMENTS[where];
  if (where !== 'guardUpgrade') assertNotMiddleware(where, route, '{ … }');
  assertKnownOptions(`${where}()`, route, known);
  if (Object.values(route).every((value) => value === undefined)) {
    throw new TypeError(
      `${where}() requires ${formatNames(known.names)}; to require only a valid token, use ${bare}`,
    );
  }
  assertMembers(route);
}

/**
 * Asserts that a trial has the shape of a policy.
 *
 * @throws TypeError It is empty, or has an unknown member or one that is out of range.
 */
export function assertTrial(trial: HandlerPolicy): void {
  assertKnownOptions('option "trial"', trial, ON_TRIAL);
  if (Object.values(trial).every((value) => value === undefined)) {
    throw invalidOption('trial', `requires ${formatNames(MEMBERS)}; otherwise omit it`);
  }
  assertMembers(trial);
}

function assertMembers({ atMost, principal }: HandlerPolicy): void {
  if (atMost !== undefined && !Array.isArray(atMost)) {
    throw invalidOption('atMost', 'must be an array of at least one scope');
  }
  if (principal !== undefined && !PRINCIPALS.includes(principal)) {
    throw invalidOption('principal', 'must be "client" or "user"');
  }
}

/**
 * Asserts that a policy does not require the authentication of a user and refuse users at the same time.
 *
 * @throws TypeError
 */
export function assertNotOfClient(
  principal: RoutePolicy['principal'],
  required: object | undefined,
): void {
  if (required === undefined || principal !== 'client') return;
  throw invalidOption(
    'principal',
    'must not be "client" with "acrValues" or "maxAgeSeconds", because a client has no user to authenticate; omit them',
  );
}

function formatNames(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.slice(-1).join('')}`;
}
