/**
 * Scenes with tokens that are no good, each for one reason.
 *
 * @module
 */
import { forgeClaims, removeSignature, tamper } from './forged-tokens.js';
import { invalidToken } from './promised.js';
import { call, READ, REPORT, requestReportToken, requestToken } from './requests.js';
import type { Scene } from './scene.js';
import { INVENTORY, type Stage } from './demo.js';

interface BadToken extends Pick<Scene, 'title' | 'token' | 'promised'> {
  readonly obtain: (stage: Stage) => Promise<string>;
}

/** Expired, for another audience, of another issuer, tampered with, unsigned. */
export function createBadTokenScenes(): readonly Scene[] {
  return BAD_TOKENS.map(({ obtain, ...scene }) => ({
    ...scene,
    caller: 'somebody',
    request: REPORT,
    play: async (stage) => call(stage.resource, REPORT, await obtain(stage)),
  }));
}

const BAD_TOKENS: readonly BadToken[] = [
  {
    title: 'an expired token is refused',
    token: 'expired an hour ago',
    promised: invalidToken('expired', 'the access token has expired'),
    async obtain(stage) {
      const anHourAgo = Math.floor(Date.now() / 1000) - 3600;
      const times = { iat: anHourAgo - 300, exp: anHourAgo };
      const { signingKey } = stage.authorizationServer;
      return forgeClaims(await requestReportToken(stage), times, signingKey);
    },
  },
  {
    title: 'a token for another audience is refused',
    token: 'for the inventory API',
    promised: invalidToken('audience', 'the access token is meant for another resource'),
    obtain: ({ authorizationServer, reportClient }) =>
      requestToken(authorizationServer, reportClient, { resource: INVENTORY, scope: READ }),
  },
  {
    title: 'a token of another issuer is refused',
    token: 'of another issuer',
    promised: invalidToken('issuer', 'the access token was issued by another authorization server'),
    obtain: ({ otherAuthorizationServer, reportClient, resource }) =>
      requestToken(otherAuthorizationServer, reportClient, { resource, scope: READ }),
  },
  {
    title: 'a tampered token is refused',
    token: 'scope added, signature kept',
    promised: invalidToken('signature', 'the signature of the access token is not valid'),
    obtain: async (stage) =>
      tamper(await requestReportToken(stage), { scope: 'read:analytics admin:analytics' }),
  },
  {
    title: 'a token with "alg": "none" is refused',
    token: '"alg": "none", unsigned',
    promised: invalidToken(
      'alg',
      'the access token is signed with an algorithm that is not accepted',
    ),
    obtain: async (stage) =>
      removeSignature(await requestReportToken(stage), stage.authorizationServer.signingKey),
  },
];
