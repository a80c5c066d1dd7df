/**
 * Policies that handlers apply to the tokens of guarded requests.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { type ChallengeError, MissingCredentialsError } from '@scopegate/protocol';
import { type AccessPolicy, createAccessPolicy } from '../guard/access-policy.js';
import { authorize } from '../guard/authorize.js';
import { requirementsOf, withEarlierRequirements } from '../guard/earlier-requirements.js';
import type { GuardContext } from '../guard/guarded-request.js';
import { addAllowedPolicy } from '../observation/observation.js';
import { routePolicy } from '../policy/compile-policy.js';
import type { CompiledPolicy, ServerPolicy } from '../policy/guard-policy.js';
import type { HandlerPolicy } from '../policy/route-policy.js';

/**
 * Policies for what is decided inside a handler.
 *
 * @typeParam Request - The framework's request. It must be the object that the guard got.
 */
export interface HandlerPolicies<
  Scope extends string = string,
  Request extends object = IncomingMessage,
> {
  /**
   * Compiles a policy for decisions inside a handler: for a GraphQL field, an RPC procedure, a tool, or
   * the items of a list. Create it once, at start-up; a guard must still run on the request.
   *
   * It allows the same tokens as a guard with this policy, the option `excessScopes` included. It has no
   * `check`: evaluate conditions on the request in the handler, and throw
   * `new InsufficientScopeError('check')`. It has no `fresh` either, because it decides synchronously.
   *
   * @param policy - As for {@link ResourceServer.require}, without `check` and `fresh`.
   * @throws TypeError The policy is empty, has an unknown member, or no token can satisfy it.
   * @example
   * const write = api.policy({ scope: 'write:analytics' });
   */
  policy(policy: HandlerPolicy<Scope>): AccessPolicy;
  /**
   * Whether a policy allows the token of a guarded request; `false` for an anonymous caller.
   *
   * @throws TypeError No guard of this resource server let the request through, or the policy was not
   *   created by its `policy()`.
   * @example
   * const listed = tools.filter(({ policy }) => api.isAllowed(req, policy));
   */
  isAllowed(request: Request, policy: AccessPolicy): boolean;
  /**
   * Asserts that a policy allows the token of a guarded request. The error that it throws is answered
   * as a guard's refusal by the error handler of the framework's package; the framework's own handler
   * may send its status and headers. Its challenge also names the scopes by which the token has passed
   * earlier guards and assertions: a client requests exactly the scopes that a challenge names.
   *
   * @throws InsufficientScopeError (403) The token lacks scope, or the policy requires another principal.
   * @throws InvalidTokenError (401) `excess_scope`: the token has more scope than the policy allows.
   *   `unbound`: the token is not bound as the policy requires.
   * @throws InsufficientUserAuthenticationError (401) The user was not authenticated as the policy requires.
   * @throws MissingCredentialsError (401) The caller is anonymous.
   * @throws TypeError As for `isAllowed()`.
   * @example
   * app.post('/graphql', api.requireAccessToken(), (req, res) => {
   *   if (mutates(req)) api.assertAllowed(req, write);
   *   // …
   * });
   */
  assertAllowed(request: Request, policy: AccessPolicy): void;
}

/** Creates the policies of one resource server. */
export function createHandlerPolicies<Request extends object, Claims>(
  context: Pick<
    GuardContext<Request, Claims>,
    'protectionSpace' | 'completed' | 'verifiedRequests'
  >,
  server: ServerPolicy,
): HandlerPolicies<string, Request> {
  const { protectionSpace, completed, verifiedRequests } = context;
  const compiledPolicies = new WeakMap<AccessPolicy, CompiledPolicy>();
  const requireCompiled = (policy: AccessPolicy, name: string): CompiledPolicy => {
    const compiled = compiledPolicies.get(policy);
    if (compiled !== undefined) return compiled;
    throw new TypeError(
      `the second argument of ${name}() must be a policy of this resource server; create it with policy()`,
    );
  };
  return {
    policy: (route) => {
      const compiled = routePolicy(route, server, 'policy');
      const policy = createAccessPolicy(compiled);
      compiledPolicies.set(policy, compiled);
      return policy;
    },
    isAllowed: (request, policy) => {
      const compiled = requireCompiled(policy, 'isAllowed');
      const token = verifiedRequests.getTokenIfAny(request);
      const isAllowed = token !== undefined && authorize(token, compiled) === undefined;
      if (isAllowed) addAllowedPolicy(request, compiled.declared);
      return isAllowed;
    },
    assertAllowed: (request, policy) => {
      const compiled = requireCompiled(policy, 'assertAllowed');
      const token = verifiedRequests.getTokenIfAny(request);
      const { scheme } = verifiedRequests.find(request) ?? {};
      const { senderConstraint } = compiled.declared;
      const { sufficient } = compiled.scopes;
      const space = protectionSpace(senderConstraint, scheme);
      const refuse = (refusal: ChallengeError): never => {
        completed.add(refusal);
        throw refusal.inProtectionSpace(space).usingScheme(scheme).requiringScope(sufficient);
      };
      if (token === undefined) {
        return refuse(new MissingCredentialsError(space));
      }
      const refusal = authorize(token, compiled);
      if (refusal === undefined) {
        verifiedRequests.add(request, { token, required: requirementsOf(compiled), scheme });
        addAllowedPolicy(request, compiled.declared);
        return;
      }
      const earlier = verifiedRequests.requirementsOf(request);
      const { implying } = server;
      refuse(withEarlierRequirements(refusal, token, { ...earlier, implying, policy: compiled }));
    },
  };
}
