/**
 * A Worker with one resource server for each way to get keys, and with a token client.
 *
 * The bindings are `ISSUER`, `JWKS` (JSON) and `SECRET`. What a handler throws is answered with 500, as Workers do
 * without a handler of errors.
 */
import { createSecretKey } from 'node:crypto';
import { clientSecretPost, createTokenClient } from '@scopegate/client';
import { createResourceServer } from '@scopegate/web';

const created = new Map();

export default {
  async fetch(request, env) {
    const name = new URL(request.url).pathname.slice(1);
    if (!created.has(name)) created.set(name, HANDLERS[name](env));
    try {
      return await created.get(name)(request);
    } catch (error) {
      return new Response(error.name, { status: 500 });
    }
  },
};

const HANDLERS = {
  secret: ({ ISSUER, SECRET }) =>
    guarded({ issuer: ISSUER, secret: createSecretKey(SECRET, 'hex'), algorithms: ['HS256'] }),
  jwks: ({ ISSUER, JWKS }) => guarded({ issuer: ISSUER, jwks: JSON.parse(JWKS) }),
  discovered: ({ ISSUER }) => guarded({ issuer: ISSUER }),
  client({ ISSUER, SECRET }) {
    const client = createTokenClient({
      issuer: ISSUER,
      clientId: 'reports',
      clientAuthentication: clientSecretPost(() => SECRET),
    });
    const api = client.for({ resource: AUDIENCE });
    return async () => new Response((await api.token()).type);
  },
};

const AUDIENCE = 'https://api.example.com';

function guarded(options) {
  const api = createResourceServer({ audience: AUDIENCE, scopes: ['read'], ...options });
  return api
    .requireScope('read')
    .wrap((request) => Response.json({ client: api.accessToken(request).clientId }));
}
