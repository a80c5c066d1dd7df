/**
 * Scenes with good tokens that allow too little, too much, or are of the wrong kind of caller.
 *
 * @module
 */
import { accepted, insufficientScope, invalidToken } from './promised.js';
import { call, READ, requestToken } from './requests.js';
import type { Scene } from './scene.js';

const READ_WRITE = 'read:analytics write:analytics';
const EVERYTHING = 'read:analytics write:analytics admin:analytics';

interface ScopedCall extends Pick<Scene, 'title' | 'request' | 'promised'> {
  readonly caller: 'report service' | 'back office';
  /** What the token is asked for with. */
  readonly scope: string;
}

/** Too little scope, both scopes, too much, just enough, and a service where a user is meant. */
export function createScopeScenes(): readonly Scene[] {
  return SCOPED_CALLS.map(({ scope, ...scene }) => ({
    ...scene,
    token: `its own: ${scope.replaceAll(':analytics', '')}`,
    async play({ authorizationServer, resource, reportClient, backOfficeClient }) {
      const client = scene.caller === 'back office' ? backOfficeClient : reportClient;
      const token = await requestToken(authorizationServer, client, { resource, scope });
      return call(resource, scene.request, token);
    },
  }));
}

const SCOPED_CALLS: readonly ScopedCall[] = [
  {
    title: 'a token that lacks scope is refused, and told what is needed',
    caller: 'report service',
    request: 'POST /v1/sales/refresh',
    scope: READ,
    promised: insufficientScope(
      'scope',
      'the access token lacks scope for this resource',
      READ_WRITE,
    ),
  },
  {
    title: 'a token with both scopes opens the route that needs two',
    caller: 'back office',
    request: 'POST /v1/sales/refresh',
    scope: READ_WRITE,
    promised: accepted(202),
  },
  {
    title: 'a token with too many scopes is refused, and told what would be enough',
    caller: 'back office',
    request: 'GET /v1/sales/export',
    scope: EVERYTHING,
    promised: invalidToken(
      'excess_scope',
      'the access token carries more scope than this resource allows',
      READ,
    ),
  },
  {
    title: 'the same client is let in with a narrower token',
    caller: 'back office',
    request: 'GET /v1/sales/export',
    scope: READ,
    promised: accepted(200),
  },
  {
    title: "a client's token is refused on a user-only route",
    caller: 'report service',
    request: 'GET /v1/sales/mine',
    scope: READ,
    promised: insufficientScope('principal', 'this resource does not accept tokens of this kind of caller'),
  },
];
