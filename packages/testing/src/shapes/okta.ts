/**
 * The tokens of Okta.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { digestOf } from './invented-ids.js';
import { issuerAndTimes, type TokenShape } from './token-shape.js';

/** A custom authorization server: developer.okta.com/docs/api/openapi/okta-oauth/guides/overview. */
export const okta: TokenShape = {
  explanation: 'no "typ", client in "cid", scopes as an array in "scp"',
  accessToken: (facts) => {
    const { audience, scope, clientId, user, issuedAt } = facts;
    const forUser = { sub: user, uid: digestOf(user ?? '').slice(0, 20), auth_time: issuedAt };
    return {
      header: {},
      claims: {
        ...issuerAndTimes(facts),
        ver: 1,
        jti: `AT.${digestOf(randomUUID())}`,
        aud: audience,
        cid: clientId,
        scp: scope?.split(' '),
        ...(user === undefined ? { sub: clientId } : forUser),
      },
    };
  },
  idToken: (facts) => ({
    header: {},
    claims: {
      ...issuerAndTimes(facts),
      ver: 1,
      jti: `ID.${digestOf(randomUUID())}`,
      aud: facts.clientId,
      sub: digestOf(facts.user ?? facts.clientId).slice(0, 20),
      amr: ['pwd'],
      idp: '00o',
      auth_time: facts.issuedAt,
      nonce: randomUUID(),
      at_hash: digestOf(randomUUID()).slice(0, 22),
    },
  }),
  jwksUri: (issuer) => `${issuer}/v1/keys`,
};
