/**
 * What a guard requires, as declared and as compiled.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { Principal, SenderConstraint } from '@scopegate/access-token';
import { assertKnownOptions, invalidOption, type KnownOptions } from '@scopegate/protocol/internal';
import { assertNotMiddleware } from './guard-arguments.js';
import type { ImplyingScopes } from './implied-scopes.js';
import { resolveCheck, type RouteCheck } from './route-check.js';
import { compileScopePolicy, type ExcessScopesPolicy, type ScopePolicy } from './scope-policy.js';
import type { ScopeRequirement } from './scope-requirement.js';
import {
  type AcceptedSchemes,
  type BindingPolicy,
  findAcceptedSchemes,
  NO_BINDINGS,
  resolveRouteConstraint,
} from '../sender-constraint.js';

/** What a route requires; at least one member. */
export interface RoutePolicy<
  Scope extends string = string,
  Claims = unknown,
  Request extends object = IncomingMessage,
> {
  /** Scopes that are required: one, `allOf(…)` or `anyOf(…)`. Default: none. */
  readonly scope?: ScopeRequirement<Scope> | undefined;
  /**
   * Every scope that a token may carry here; a token with any other scope is refused with 401. Replaces
   * the limit of the option `excessScopes`. Default: no limit.
   */
  readonly atMost?: readonly Scope[] | undefined;
  /**
   * Who may call: `'client'` for clients acting on their own behalf, `'user'` for clients acting on
   * behalf of a user. Default: any principal, including an unknown one.
   */
  readonly principal?: 'client' | 'user' | undefined;
  /**
   * What the token must be bound to: `'dpop'` to a key (RFC 9449), `'mtls'` to a certificate (RFC 8705),
   * `'any'` to either of them. Requires the option `dpop` or `mtls` of the resource server, and cannot be
   * looser than its `senderConstraint`. Default: the `senderConstraint` of the resource server.
   */
  readonly senderConstraint?: SenderConstraint | undefined;
  /** The application's own condition, evaluated on every request after the scopes. Default: none. */
  readonly check?: RouteCheck<Claims, Request> | undefined;
}

/** What a guard requires, as declared. Frozen. */
export interface GuardPolicy {
  /** Whether a request without credentials is refused, or passed on as anonymous. */
  readonly authentication: 'required' | 'optional';
  /** The required scopes; `undefined` when none are required. */
  readonly scope: ScopeRequirement | undefined;
  /**
   * The required scopes, each with those that imply it by the option `impliedScopes`; `undefined` when
   * none of them is implied.
   */
  readonly expandedScope: ScopeRequirement | undefined;
  /** Every scope that a token may carry; `undefined` when the route sets no limit. */
  readonly atMost: readonly string[] | undefined;
  /** What happens to tokens with more scopes than `scope` names; `'ignore'` when it names none. */
  readonly excessScopes: ExcessScopesPolicy;
  /** Who may call; `undefined` for any principal. */
  readonly principal: Exclude<Principal, 'unknown'> | undefined;
  /**
   * What the token must be bound to, by the route or by the resource server; `undefined` when it need not be
   * bound.
   */
  readonly senderConstraint: SenderConstraint | undefined;
  /** The name of the application's own condition; `undefined` when there is none. */
  readonly check: string | undefined;
}

/** A declared policy with its compiled scopes. */
export interface CompiledPolicy {
  readonly declared: GuardPolicy;
  readonly scopes: ScopePolicy;
  readonly check: RouteCheck<unknown, object> | undefined;
  readonly accepted: AcceptedSchemes;
}

/** What all guards of a resource server share. */
export interface ServerPolicy {
  readonly vocabulary: readonly string[] | undefined;
  readonly excessScopes: ExcessScopesPolicy;
  /** `undefined` when no scope implies another. */
  readonly implying?: ImplyingScopes | undefined;
  /** `undefined` when no bound tokens are accepted. */
  readonly bindings?: BindingPolicy | undefined;
}

const MEMBERS = ['scope', 'atMost', 'principal', 'senderConstraint'];
const PRINCIPALS: readonly unknown[] = ['client', 'user'];

/** The functions that take a policy. */
type PolicyFunction = 'require' | 'guardUpgrade' | 'policy';

/** What such a function accepts, and what to write where any valid token is enough. */
interface PolicyArgument {
  readonly known: KnownOptions;
  readonly required: string;
  readonly bare: string;
}

const ON_A_ROUTE = {
  known: { names: [...MEMBERS, 'check'] },
  required: '"scope", "atMost", "principal", "senderConstraint" or "check"',
};
const ARGUMENTS: Readonly<Record<PolicyFunction, PolicyArgument>> = {
  require: { ...ON_A_ROUTE, bare: 'requireAccessToken()' },
  guardUpgrade: { ...ON_A_ROUTE, bare: 'guardUpgrade(onUpgrade)' },
  policy: {
    known: {
      names: MEMBERS,
      hints: { check: 'only guards run checks; evaluate the condition in the handler' },
    },
    required: '"scope", "atMost", "principal" or "senderConstraint"',
    bare: 'requireAccessToken() on the route',
  },
};

/** Compiles the policy of a guard that only authenticates. */
export function authenticationPolicy(
  authentication: GuardPolicy['authentication'],
  server: ServerPolicy,
): CompiledPolicy {
  return compile({ authentication, excessScopes: 'ignore' }, {}, server);
}

/**
 * Compiles the policy of a route.
 *
 * @throws TypeError The policy is empty, has an unknown member, or no token can satisfy it.
 */
export function routePolicy(
  route: RoutePolicy<string, unknown, object>,
  server: ServerPolicy,
  where: PolicyFunction = 'require',
): CompiledPolicy {
  const { known, required, bare } = ARGUMENTS[where];
  if (where !== 'guardUpgrade') assertNotMiddleware(where, route, '{ … }');
  assertKnownOptions(`${where}()`, route, known);
  const { scope, atMost, principal }: RoutePolicy<string, unknown, object> = route;
  if (Object.values(route).every((value) => value === undefined)) {
    throw new TypeError(
      `${where}() requires ${required}; to require only a valid token, use ${bare}`,
    );
  }
  if (atMost !== undefined && !Array.isArray(atMost)) {
    throw invalidOption('atMost', 'must be an array of at least one scope');
  }
  if (principal !== undefined && !PRINCIPALS.includes(principal)) {
    throw invalidOption('principal', 'must be "client" or "user"');
  }
  // Without required scopes there is nothing to exceed.
  const excessScopes = scope === undefined ? 'ignore' : server.excessScopes;
  return compile({ authentication: 'required', excessScopes }, route, server);
}

function compile(
  fixed: Pick<GuardPolicy, 'authentication' | 'excessScopes'>,
  { scope, atMost, principal, ...route }: RoutePolicy<string, unknown, object>,
  { vocabulary, implying, bindings = NO_BINDINGS }: ServerPolicy,
): CompiledPolicy {
  const limit = atMost && Object.freeze([...atMost]);
  const check = resolveCheck(route.check);
  const scopes = compileScopePolicy({ scope, atMost: limit, vocabulary, implying });
  const { expanded: expandedScope } = scopes;
  const senderConstraint = resolveRouteConstraint(route.senderConstraint, bindings);
  const declared = Object.freeze({
    ...fixed,
    scope,
    expandedScope,
    atMost: limit,
    principal,
    senderConstraint,
    check: check?.name,
  });
  const accepted = findAcceptedSchemes(senderConstraint, bindings.provable);
  return Object.freeze({ declared, scopes, check, accepted });
}
