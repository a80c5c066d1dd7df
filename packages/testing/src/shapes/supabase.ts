/**
 * The tokens of Supabase.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { uuidOf } from './invented-ids.js';
import { issuerAndTimes, JWT, type TokenShape } from './token-shape.js';

/** supabase.com/docs/guides/auth/jwt-fields; `internal/tokens/service.go` of github.com/supabase/auth. */
export const supabase: TokenShape = {
  explanation: 'a user, anonymous without "subject"; a client only with "scope" (OAuth server)',
  accessToken: (facts) => {
    const { audience, clientId, scope, user, issuedAt } = facts;
    const email = user === undefined ? '' : `${user}@example.com`;
    const byClient = scope === undefined ? {} : { client_id: uuidOf(clientId), scope };
    return {
      header: JWT,
      claims: {
        ...issuerAndTimes(facts),
        sub: uuidOf(user ?? `anonymous user of ${clientId}`),
        aud: audience,
        email,
        phone: '',
        app_metadata: user === undefined ? {} : { provider: 'email', providers: ['email'] },
        user_metadata: {},
        role: 'authenticated',
        aal: 'aal1',
        amr: [{ method: user === undefined ? 'anonymous' : 'password', timestamp: issuedAt }],
        session_id: randomUUID(),
        is_anonymous: user === undefined,
        ...byClient,
      },
    };
  },
  idToken: (facts) => ({
    header: JWT,
    claims: {
      ...issuerAndTimes(facts),
      sub: uuidOf(facts.user ?? facts.clientId),
      aud: uuidOf(facts.clientId),
      client_id: uuidOf(facts.clientId),
      auth_time: facts.issuedAt,
      email_verified: false,
      nonce: randomUUID(),
    },
  }),
  jwksUri: (issuer) => `${issuer}/.well-known/jwks.json`,
  audience: () => 'authenticated',
};
