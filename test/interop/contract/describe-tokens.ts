/**
 * The contract about the tokens of a server.
 *
 * @module
 */
import { decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { AUDIENCE, OTHER_AUDIENCE, READ, WRITE } from './sales-api.js';
import type { ServerDescription, UserTokens } from './server.js';
import { type ServerTest, startServerTest, type Use } from './server-test.js';

/** The columns `scopes`, `principal` and `audience`. */
export function describeTokens({ principal, namesClient }: ServerDescription, use: Use): void {
  describe('scopes', () => {
    it('allows a token with the scope and passes its scopes to the handler', async () => {
      const api = await use().openApi();
      const { status, body } = await api.call('/sales', await use().requestToken());
      expect(status).toBe(200);
      expect(body).toMatchObject({ scopes: [READ] });
    });

    it('refuses a token without the scope of the route: 403', async () => {
      const api = await use().openApi();
      const { status, headers } = await api.call('/targets', await use().requestToken());
      expect(status).toBe(403);
      const challenge = headers.get('www-authenticate');
      expect(challenge).toContain('error="insufficient_scope"');
      expect(challenge).toContain(`scope="${WRITE}"`);
    });

    it('allows a token with both scopes on both routes', async () => {
      const api = await use().openApi();
      const token = await use().requestToken({ scope: `${READ} ${WRITE}` });
      expect((await api.call('/sales', token)).status).toBe(200);
      expect((await api.call('/targets', token)).status).toBe(200);
    });
  });

  describe('principal', () => {
    it(`is "${principal}" with the client credentials grant`, async () => {
      const api = await use().openApi();
      const { body } = await api.call('/sales', await use().requestToken());
      const { clientId } = use().firstClient;
      expect(body).toMatchObject(namesClient ? { principal, clientId } : { principal });
    });

    it(`is refused where a user is required, and ${
      principal === 'client' ? 'allowed' : 'refused'
    } where a client is`, async () => {
      const api = await use().openApi();
      const token = await use().requestToken();
      expect((await api.call('/mine', token)).status).toBe(403);
      const expected = principal === 'client' ? 200 : 403;
      expect((await api.call('/jobs', token)).status).toBe(expected);
    });
  });

  describe('audience', () => {
    it('refuses a token for another audience: 401', async () => {
      const api = await use().openApi();
      const token = await use().requestToken({ audience: OTHER_AUDIENCE });
      const { status, headers } = await api.call('/sales', token);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
      const other = await use().openApi(OTHER_AUDIENCE);
      expect((await other.call('/sales', token)).status).toBe(200);
    });
  });
}

/** The column `algorithms`. */
export function describeAlgorithms(description: ServerDescription): void {
  describe('algorithms', () => {
    it.each(description.algorithms)('verifies %s', async (alg) => {
      const test = await startServerTest(description, alg);
      try {
        const api = await test.openApi();
        const token = await test.requestToken();
        expect(decodeProtectedHeader(token).alg).toBe(alg);
        expect((await api.call('/sales', token)).status).toBe(200);
      } finally {
        await test.close();
      }
    });
  });
}

/** The column `users`. */
export function describeUsers({ idTokenCause = 'id_token' }: ServerDescription, use: Use): void {
  describe('users', () => {
    it('allows the access token of a user, from the code flow with PKCE', async () => {
      const api = await use().openApi();
      const { accessToken, clientId, subject } = await logIn(use());
      const { status, body } = await api.call('/mine', accessToken);
      expect(status).toBe(200);
      expect(body).toMatchObject({ principal: 'user', clientId, subject });
      expect((await api.call('/jobs', accessToken)).status).toBe(403);
    });

    it('refuses the ID token of that user, even where its audience is accepted: 401', async () => {
      const { idToken, clientId } = await logIn(use());
      for (const audience of [AUDIENCE, clientId]) {
        const api = await use().openApi(audience);
        expect((await api.call('/sales', idToken)).status).toBe(401);
        const explanation = await api.resourceServer.explain(idToken);
        expect(explanation.findings.map(({ cause }) => cause)).toContain(idTokenCause);
      }
    });
  });
}

function logIn({ server }: ServerTest): Promise<UserTokens> {
  if (server.logIn === undefined) throw new Error(`${server.issuer} has no users`);
  return server.logIn();
}
