/**
 * The opaque tokens of the Curity Identity Server.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { OpaqueShape } from './opaque-shape.js';

/** The tokens and the introspection response in "Debugging Dashboard OAuth Logins" of its DevOps dashboard. */
export const curity: OpaqueShape = {
  explanation: 'begins with "_0XBPWQQ_", "aud" is an array, "token_type" in lower case, "purpose"',
  prefix: '_0XBPWQQ_',
  inventToken: () => randomUUID(),
  members: ({ issuer, audience, scope, clientId, user, issuedAt, expiresAt }) => ({
    sub: user ?? clientId,
    purpose: 'access_token',
    iss: issuer,
    token_type: 'bearer',
    client_id: clientId,
    aud: [audience].flat(),
    nbf: issuedAt,
    scope,
    exp: expiresAt,
    delegationId: randomUUID(),
    iat: issuedAt,
  }),
};
