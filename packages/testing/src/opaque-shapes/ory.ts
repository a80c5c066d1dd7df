/**
 * The opaque tokens of Ory Hydra and of Ory Network.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { OpaqueShape } from './opaque-shape.js';

/** `strategy_hmacsha_prefixed.go` and `hmacsha.go` of fosite, `introspector.go` and `handler.go` of Hydra 26. */
export const ory: OpaqueShape = {
  explanation: 'begins with "ory_at_" and has a dot, "aud" is always an array, "token_use"',
  prefix: 'ory_at_',
  inventToken: () =>
    `${randomBytes(32).toString('base64url')}.${randomBytes(32).toString('base64url')}`,
  members: ({ issuer, audience, scope, clientId, user, issuedAt, expiresAt }) => ({
    scope,
    client_id: clientId,
    sub: user ?? clientId,
    exp: expiresAt,
    iat: issuedAt,
    nbf: issuedAt,
    aud: [audience].flat(),
    iss: issuer,
    token_type: 'Bearer',
    token_use: 'access_token',
  }),
};
