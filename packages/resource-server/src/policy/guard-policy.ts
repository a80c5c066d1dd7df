/**
 * What a guard requires, as declared and as compiled.
 *
 * @module
 */
import type { Principal, SenderConstraint } from '@scopegate/access-token';
import type { RequiredAuthentication } from '@scopegate/protocol';
import type { ImplyingScopes } from './implied-scopes.js';
import type { RouteCheck } from './route-check.js';
import type { ExcessScopesPolicy, ScopePolicy } from './scope-policy.js';
import type { ScopeRequirement } from './scope-requirement.js';
import type { AcceptedSchemes, BindingPolicy } from '../sender-constraint.js';
import type { AuthenticationCheck, ServerTime } from '../user-authentication.js';

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
  /**
   * The authentication context classes of which the user's must be one; `undefined` when any is accepted.
   * RFC 9470.
   */
  readonly acrValues: readonly string[] | undefined;
  /** The longest time since the user was authenticated, in seconds; `undefined` for no limit. RFC 9470. */
  readonly maxAgeSeconds: number | undefined;
  /** Whether the authorization server is asked about the token on every request. */
  readonly fresh: boolean;
  /** The name of the application's own condition; `undefined` when there is none. */
  readonly check: string | undefined;
  /**
   * The stricter policy that is on trial here, complete: what the guard would require once the trial is moved
   * into its policy. `undefined` when there is none.
   */
  readonly trial: GuardPolicy | undefined;
  /**
   * Until when the guard only reports, an instant in ISO 8601; `undefined` for a guard that enforces its
   * policy.
   */
  readonly reportOnlyUntil: string | undefined;
}

/** A declared policy with its compiled scopes. */
export interface CompiledPolicy {
  readonly declared: GuardPolicy;
  readonly scopes: ScopePolicy;
  readonly check: RouteCheck<unknown, object> | undefined;
  /** How users must be authenticated; `undefined` when any authentication is accepted. */
  readonly authentication: RequiredAuthentication | undefined;
  readonly checkAuthentication: AuthenticationCheck | undefined;
  readonly accepted: AcceptedSchemes;
  /** The stricter policy on trial; `undefined` when there is none. */
  readonly trial: CompiledPolicy | undefined;
}

/** What all guards of a resource server share. */
export interface ServerPolicy {
  readonly vocabulary: readonly string[] | undefined;
  readonly excessScopes: ExcessScopesPolicy;
  /** The stricter policy for excess scopes that is on trial. */
  readonly trialExcessScopes?: 'refuse' | undefined;
  /** Until when all guards only report, an instant in ISO 8601; `undefined` when they enforce. */
  readonly reportOnlyUntil?: string | undefined;
  /** `undefined` when no scope implies another. */
  readonly implying?: ImplyingScopes | undefined;
  /** `undefined` when no bound tokens are accepted. */
  readonly bindings?: BindingPolicy | undefined;
  /** Whether every issuer can be asked about its tokens. */
  readonly canAskNow?: boolean | undefined;
  /** The time by which the authentication of users is checked. */
  readonly time?: ServerTime | undefined;
}
