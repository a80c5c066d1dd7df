/**
 * The tokens of PingOne.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { uuidOf } from './invented-ids.js';
import {
  issuerAndTimes,
  type ShapedToken,
  type TokenFacts,
  type TokenShape,
} from './token-shape.js';

/** A custom resource: "Token claims" at developer.pingidentity.com/pingone-api. */
export const ping: TokenShape = {
  explanation: 'no "typ", no "jti", no "sub" for clients, audiences as an array',
  accessToken: (facts) => ({
    header: {},
    claims: {
      ...issuerAndTimes(facts),
      client_id: facts.clientId,
      aud: [facts.audience].flat(),
      scope: facts.scope,
      ...(facts.user !== undefined && session(facts)),
    },
  }),
  idToken: (facts) => ({
    header: {},
    claims: {
      ...issuerAndTimes(facts),
      aud: facts.clientId,
      nonce: randomUUID(),
      ...session(facts),
    },
  }),
  jwksUri: (issuer) => `${issuer}/jwks`,
};

function session({ user, clientId, issuedAt }: TokenFacts): ShapedToken['claims'] {
  const sub = uuidOf(user ?? clientId);
  return { sub, sid: randomUUID(), auth_time: issuedAt, acr: 'Single_Factor' };
}
