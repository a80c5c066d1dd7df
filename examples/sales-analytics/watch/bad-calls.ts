/**
 * Calls that the API refuses, each for one reason.
 *
 * @module
 */
import type { Credentials } from '../show/bound-client.js';
import { sendAgain } from '../show/bound-token-scenes.js';
import { forgeClaims, removeSignature, tamper } from '../show/forged-tokens.js';
import { requestOpaqueToken, revokeOpaqueToken } from '../show/opaque-token-scenes.js';
import { call, REPORT } from '../show/requests.js';
import { generateSigningKey } from '../show/signing-key.js';
import { closeBooks, EXPORT, REFRESH } from './good-calls.js';
import { callWith, type Stage, type TrafficCall } from './traffic-call.js';

const MINE = 'GET /v1/sales/mine';
/** A key that the authorization server has never published. */
const unpublished = generateSigningKey('unpublished');

/** Calls without a token, with invalid ones, and with too few or too many scopes. */
export const BAD_CALLS: readonly TrafficCall[] = [
  {
    title: 'a caller sends no token',
    expected: 'missing_credentials',
    run: ({ demo }) => call(demo.resource, REPORT),
  },
  {
    title: 'the report service sends a token that expired an hour ago',
    expected: 'expired',
    run: (stage) =>
      callWith(stage, REPORT, {
        source: stage.callers.report,
        forge: (token) =>
          forgeClaims(token, anHourAgo(), stage.demo.authorizationServer.signingKey),
      }),
  },
  {
    title: 'the report service sends a token for another API',
    expected: 'audience',
    run: (stage) => callWith(stage, REPORT, { source: stage.callers.misdirected }),
  },
  {
    title: 'the report service requires a scope that it was not granted',
    expected: 'scope',
    run: (stage) => callWith(stage, REFRESH, { source: stage.callers.report }),
  },
  {
    title: 'a token comes from another issuer',
    expected: 'issuer',
    run: (stage) => callWith(stage, REPORT, { source: stage.callers.foreign }),
  },
  {
    title: 'the back office exports with every scope',
    expected: 'excess_scope',
    run: (stage) => callWith(stage, EXPORT, { source: stage.callers.backOffice }),
  },
  {
    title: 'the field office sends a token that was revoked',
    expected: 'inactive',
    run: callWithRevokedToken,
  },
  {
    title: 'a scope was added to a token',
    expected: 'signature',
    run: (stage) =>
      callWith(stage, REPORT, {
        source: stage.callers.report,
        forge: (token) => tamper(token, { scope: 'read:analytics admin:analytics' }),
      }),
  },
  {
    title: 'a bound token arrives without a proof',
    expected: 'sender_constraint',
    run: async (stage) =>
      call(stage.demo.resource, REPORT, (await findSentCredentials(stage)).token),
  },
  {
    title: 'a proof arrives again',
    expected: 'proof_replayed',
    run: async (stage) => sendAgain(stage.demo.resource, await findSentCredentials(stage)),
  },
  {
    title: 'the report service calls a route for users',
    expected: 'principal',
    run: (stage) => callWith(stage, MINE, { source: stage.callers.report }),
  },
  {
    title: 'a token is signed with an unknown key',
    expected: 'key',
    run: (stage) =>
      callWith(stage, REPORT, {
        source: stage.callers.report,
        forge: (token) => forgeClaims(token, {}, unpublished),
      }),
  },
  {
    title: 'a token is not signed',
    expected: 'alg',
    run: (stage) =>
      callWith(stage, REPORT, {
        source: stage.callers.report,
        forge: (token) => removeSignature(token, stage.demo.authorizationServer.signingKey),
      }),
  },
];

function anHourAgo(): { iat: number; exp: number } {
  const exp = Math.floor(Date.now() / 1000) - 3600;
  return { iat: exp - 300, exp };
}

async function callWithRevokedToken({ demo }: Stage): Promise<Response> {
  const token = await requestOpaqueToken(demo);
  await revokeOpaqueToken(demo, token);
  return call(demo.resource, REPORT, token);
}

/** What the last good request with a bound token presented, or a new one if there was none. */
async function findSentCredentials(stage: Stage): Promise<Credentials> {
  if (stage.callers.lastSent() === undefined) {
    const response = await closeBooks(stage);
    await response.body?.cancel();
  }
  const sent = stage.callers.lastSent();
  if (sent === undefined) throw new Error('the back office has sent no request');
  return sent;
}
