/**
 * The recipes of the migration guide for keys that are not discovered.
 *
 * @module
 */
import { createPublicKey, createSecretKey } from 'node:crypto';
import { createResourceServer, type ResourceServer } from '@scopegate/express';

const audience = 'https://api.example.com';

export function trustSecret(text: string): ResourceServer {
  // #region secret
  const api = createResourceServer({
    issuer: 'orders', // `iss`, which may be any name; jsonwebtoken: sign(…, { issuer, audience })
    audience,
    secret: createSecretKey(text, 'utf8'), // 'base64' if it was decoded; at least 32 octets for HS256
  });
  // #endregion secret
  return api;
}

export function trustPem(pem: string): ResourceServer {
  // #region pem
  const key = createPublicKey(pem).export({ format: 'jwk' });
  const api = createResourceServer({
    issuer: 'https://auth.example.com',
    audience,
    algorithms: ['RS256'], // otherwise an RSA key also verifies RS384, PS256 …
    jwks: { keys: [{ ...key, kid: 'orders-1' }] }, // `kid` as in the header of the tokens, if they have one
  });
  // #endregion pem
  return api;
}

/** What the application knows of a tenant. */
export interface Tenant {
  readonly issuer: string;
  readonly jwksUri: string;
}

export function trustTenants(
  findTenant: (issuer: string) => Promise<Tenant | undefined>,
): ResourceServer {
  // #region tenants
  // Before: secret: async (req, token) => keyOf(await findTenant(token.payload.iss), token.header.kid)
  const api = createResourceServer({
    issuers: { resolve: findTenant, max: 1000 }, // undefined: 401; it rejects: 503
    audience,
  });
  // #endregion tenants
  return api;
}
