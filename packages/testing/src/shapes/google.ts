/**
 * The tokens of Google and Firebase.
 *
 * @module
 */
import { digestOf, digitsOf } from './invented-ids.js';
import { issuerAndTimes, JWT, type TokenShape } from './token-shape.js';

/** The ID token of a service account: cloud.google.com/docs/authentication/token-types. */
export const google: TokenShape = {
  explanation: 'the ID token of a service account, without scopes',
  accessToken: (facts) => {
    const sub = digitsOf(facts.clientId, 21);
    const email = `${facts.clientId}@project.iam.gserviceaccount.com`;
    const identity = { aud: facts.audience, azp: sub, sub, email, email_verified: true };
    return { header: JWT, claims: { ...issuerAndTimes(facts), ...identity } };
  },
  jwksUri: () => 'https://www.googleapis.com/oauth2/v3/certs',
};

/** The ID token of a user: firebase.google.com/docs/auth/admin/verify-id-tokens. */
export const firebase: TokenShape = {
  explanation: 'the ID token of a user, anonymous without "subject"; no client and no scopes',
  accessToken: (facts) => {
    const { audience, clientId, user, issuedAt } = facts;
    const uid = digestOf(user ?? clientId).slice(0, 28);
    const email = `${String(user)}@example.com`;
    const signIn = {
      email,
      email_verified: false,
      firebase: { identities: { email: [email] }, sign_in_provider: 'password' },
    };
    const anonymous = {
      provider_id: 'anonymous',
      firebase: { identities: {}, sign_in_provider: 'anonymous' },
    };
    return {
      header: JWT,
      claims: {
        ...issuerAndTimes(facts),
        aud: audience,
        auth_time: issuedAt,
        user_id: uid,
        sub: uid,
        ...(user === undefined ? anonymous : signIn),
      },
    };
  },
  jwksUri: () =>
    'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
  audience: (issuer) => new URL(issuer).pathname.slice(1),
};
