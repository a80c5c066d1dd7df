/**
 * The tokens of Amazon Cognito.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { digestOf, uuidOf } from './invented-ids.js';
import { issuerAndTimes, type TokenShape } from './token-shape.js';

/** docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
export const cognito: TokenShape = {
  explanation: 'no "typ" and no "aud"; has "client_id" and "token_use": "access" instead',
  accessToken: (facts) => {
    const { scope, clientId, user, issuedAt } = facts;
    const forUser = {
      sub: uuidOf(user ?? ''),
      username: user,
      origin_jti: randomUUID(),
      event_id: randomUUID(),
    };
    return {
      header: {},
      claims: {
        ...issuerAndTimes(facts),
        token_use: 'access',
        scope,
        auth_time: issuedAt,
        client_id: clientId,
        version: 2,
        jti: randomUUID(),
        ...(user === undefined ? { sub: clientId } : forUser),
      },
    };
  },
  idToken: (facts) => ({
    header: {},
    claims: {
      ...issuerAndTimes(facts),
      token_use: 'id',
      sub: uuidOf(facts.user ?? facts.clientId),
      aud: facts.clientId,
      'cognito:username': facts.user,
      auth_time: facts.issuedAt,
      at_hash: digestOf(randomUUID()).slice(0, 22),
      nonce: randomUUID(),
      origin_jti: randomUUID(),
      event_id: randomUUID(),
      jti: randomUUID(),
    },
  }),
  jwksUri: (issuer) => `${issuer}/.well-known/jwks.json`,
};
