/**
 * Scenes with valid tokens that have too few scopes, too many scopes, or the wrong kind of caller.
 *
 * @module
 */
import { accepted, insufficientScope, invalidToken } from './answer.js';
import { call, READ, requestToken } from './requests.js';
import type { Scene } from './scene.js';

const READ_WRITE = 'read:analytics write:analytics';
const EVERYTHING = 'read:analytics write:analytics admin:analytics';

interface ScopedCall extends Pick<Scene, 'title' | 'request' | 'expected'> {
  readonly caller: 'report service' | 'back office';
  /** The scopes of the token request, space-delimited. */
  readonly scope: string;
}

/** Creates scenes with too few scopes, both scopes, too many, the right one, and a wrong caller. */
export function createScopeScenes(): readonly Scene[] {
  return SCOPED_CALLS.map(({ scope, ...scene }) => ({
    ...scene,
    token: `its own: ${scope.replaceAll(':analytics', '')}`,
    async run({ authorizationServer, resource, reportClient, backOfficeClient }) {
      const client = scene.caller === 'back office' ? backOfficeClient : reportClient;
      const token = await requestToken(authorizationServer, client, { resource, scope });
      return call(resource, scene.request, token);
    },
  }));
}

const SCOPED_CALLS: readonly ScopedCall[] = [
  {
    title: 'a token without a needed scope is refused; the challenge names the needed scopes',
    caller: 'report service',
    request: 'POST /v1/sales/refresh',
    scope: READ,
    expected: insufficientScope(
      'scope',
      'the access token lacks scope for this resource',
      READ_WRITE,
    ),
  },
  {
    title: 'a token with both scopes is accepted on the route that needs both',
    caller: 'back office',
    request: 'POST /v1/sales/refresh',
    scope: READ_WRITE,
    expected: accepted(202),
  },
  {
    title: 'a token with too many scopes is refused; the challenge names the scope that is enough',
    caller: 'back office',
    request: 'GET /v1/sales/export',
    scope: EVERYTHING,
    expected: invalidToken(
      'excess_scope',
      'the access token carries more scope than this resource allows',
      READ,
    ),
  },
  {
    title: 'a token of the same client with fewer scopes is accepted',
    caller: 'back office',
    request: 'GET /v1/sales/export',
    scope: READ,
    expected: accepted(200),
  },
  {
    title: 'a token of a client is refused on a route for users',
    caller: 'report service',
    request: 'GET /v1/sales/mine',
    scope: READ,
    expected: insufficientScope(
      'principal',
      'this resource does not accept tokens from this kind of caller',
    ),
  },
];
