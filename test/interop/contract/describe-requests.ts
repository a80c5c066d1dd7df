/**
 * The contract about the documents and the token endpoint of a server.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { AUDIENCE, READ, WRITE } from './sales-api.js';
import type { AuthenticationMethod, ServerDescription } from './server.js';
import type { Use } from './server-test.js';

const METHODS: Readonly<Record<AuthenticationMethod, string>> = {
  client_secret_basic: 'Basic',
  client_secret_post: 'post',
  private_key_jwt: 'private_key_jwt',
};

/** The column `discovery`. */
export function describeDiscovery({ discovery }: ServerDescription, use: Use): void {
  describe('discovery', () => {
    it('is ready, with the options of the README', async () => {
      const api = await use().openApi();
      await expect(api.resourceServer.ready()).resolves.toBeUndefined();
      const { issuers } = api.resourceServer.health();
      expect(issuers.map(({ state }) => state)).toEqual(['fresh']);
    });

    it('names the issuer in the metadata of the API', async () => {
      const api = await use().openApi();
      const { body } = await api.call('/.well-known/oauth-protected-resource');
      expect(body).toMatchObject({
        resource: AUDIENCE,
        authorization_servers: [use().server.issuer],
        scopes_supported: [READ, WRITE],
      });
    });

    it(`finds metadata: ${discovery}`, async () => {
      const { issuer, jwksUri } = use().server;
      expect(jwksUri === undefined).toBe(discovery !== 'none');
      const { pathname, origin } = new URL(issuer);
      const path = pathname === '/' ? '' : pathname;
      const documents = await Promise.all(
        [
          `${origin}/.well-known/oauth-authorization-server${path}`,
          `${origin}${path}/.well-known/openid-configuration`,
        ].map((url) => hasMetadata(url, issuer)),
      );
      const expected = { 'RFC 8414': true, 'OpenID Connect': false, none: false };
      expect(documents[0]).toBe(expected[discovery]);
      expect(documents.includes(true)).toBe(discovery !== 'none');
    });
  });
}

/** Whether a URL has the metadata of an issuer, and not a login page. */
async function hasMetadata(url: string, issuer: string): Promise<boolean> {
  const response = await fetch(url);
  if (response.status !== 200) return false;
  const document: unknown = await response.json().catch(() => undefined);
  const isObject = typeof document === 'object' && document !== null;
  return isObject && 'issuer' in document && document.issuer === issuer;
}

/** The columns of the client authentication methods. */
export function describeAuthentication({ authentication }: ServerDescription, use: Use): void {
  for (const [method, column] of Object.entries(METHODS) as [AuthenticationMethod, string][]) {
    const support = authentication[method];
    if (support === 'not offered') continue;
    describe(column, () => {
      it(`gets a token by ${method} and calls the API`, async () => {
        const api = await use().openApi();
        const source = use().sourceOf({ client: use().clientOf(method) }, api);
        const response = await source.fetch(`${api.origin}/sales`);
        expect(response.status).toBe(200);
      });

      if (support === 'unchecked') return;
      it('is refused with the wrong credentials', async () => {
        const client = use().clientOf(method);
        const wrong =
          method === 'private_key_jwt'
            ? { ...client, clientId: 'someone-else' }
            : { ...client, clientSecret: `x${client.clientSecret.slice(1)}` };
        await expect(use().requestToken({ client: wrong })).rejects.toMatchObject({
          name: expect.stringMatching(/^Token(Endpoint|Request)Error$/) as string,
        });
      });
    });
  }
}
