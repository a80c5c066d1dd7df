/**
 * Scenes with invalid tokens, each for one reason.
 *
 * @module
 */
import { invalidToken } from './answer.js';
import { type Demo, INVENTORY } from './demo.js';
import { forgeClaims, removeSignature, tamper } from './forged-tokens.js';
import { call, READ, REPORT, requestReportToken, requestToken } from './requests.js';
import type { Scene } from './scene.js';

interface BadToken extends Pick<Scene, 'title' | 'token' | 'expected'> {
  readonly obtain: (demo: Demo) => Promise<string>;
}

/** Creates scenes with expired, misdirected, foreign, tampered and unsigned tokens. */
export function createBadTokenScenes(): readonly Scene[] {
  return BAD_TOKENS.map(({ obtain, ...scene }) => ({
    ...scene,
    caller: 'attacker',
    request: REPORT,
    run: async (demo) => call(demo.resource, REPORT, await obtain(demo)),
  }));
}

const BAD_TOKENS: readonly BadToken[] = [
  {
    title: 'an expired token is refused',
    token: 'expired an hour ago',
    expected: invalidToken('expired', 'the access token has expired', READ),
    async obtain(demo) {
      const anHourAgo = Math.floor(Date.now() / 1000) - 3600;
      const times = { iat: anHourAgo - 300, exp: anHourAgo };
      const { signingKey } = demo.authorizationServer;
      return forgeClaims(await requestReportToken(demo), times, signingKey);
    },
  },
  {
    title: 'a token for another audience is refused',
    token: 'for the inventory API',
    expected: invalidToken('audience', 'the access token is meant for another resource', READ),
    obtain: ({ authorizationServer, reportClient }) =>
      requestToken(authorizationServer, reportClient, { resource: INVENTORY, scope: READ }),
  },
  {
    title: 'a token from another issuer is refused',
    token: 'from another issuer',
    expected: invalidToken(
      'issuer',
      'the access token was issued by another authorization server',
      READ,
    ),
    obtain: ({ otherAuthorizationServer, reportClient, resource }) =>
      requestToken(otherAuthorizationServer, reportClient, { resource, scope: READ }),
  },
  {
    title: 'a tampered token is refused',
    token: 'scope added, signature kept',
    expected: invalidToken('signature', 'the signature of the access token is not valid', READ),
    obtain: async (demo) =>
      tamper(await requestReportToken(demo), { scope: 'read:analytics admin:analytics' }),
  },
  {
    title: 'a token with "alg": "none" is refused',
    token: '"alg": "none", unsigned',
    expected: invalidToken(
      'alg',
      'the access token is signed with an algorithm that is not accepted',
      READ,
    ),
    obtain: async (demo) =>
      removeSignature(await requestReportToken(demo), demo.authorizationServer.signingKey),
  },
];
