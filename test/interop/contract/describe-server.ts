/**
 * The contract: what must hold with every authorization server, in the columns of docs/interop.md.
 *
 * @module
 */
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInMemory } from '../../support/memory-terminal.js';
import { AUDIENCE, OTHER_AUDIENCE, READ, WRITE } from './sales-api.js';
import type { AuthenticationMethod, ServerDescription, UserTokens } from './server.js';
import { type ServerTest, signWithUnknownKey, startServerTest } from './server-test.js';

/** Longer than any backoff between attempts to fetch keys. */
const BACKOFF_SECONDS = 61;
/** Longer than keys are fresh without `Cache-Control`, shorter than a token lives. */
const HALF_AN_HOUR = 1800;

const METHODS: Readonly<Record<AuthenticationMethod, string>> = {
  client_secret_basic: 'Basic',
  client_secret_post: 'post',
  private_key_jwt: 'private_key_jwt',
};

/** Registers the tests of the contract. Titles begin with the server and the column. */
export function describeServer(description: ServerDescription): void {
  describe(description.name, () => {
    let test: ServerTest;
    const use = (): ServerTest => test;
    beforeAll(async () => {
      test = await startServerTest(description);
    });
    afterAll(() => test.close());

    describeDiscovery(description, use);
    describeAuthentication(description, use);
    describeTokens(description, use);
    describeAlgorithms(description);
    if (description.hasUsers) describeUsers(use);
    describeRotation(use);
    describeOutage(use);
    describeTools(description, use);
  });
}

type Use = () => ServerTest;

function describeDiscovery({ discovery }: ServerDescription, use: Use): void {
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
      const statuses = await Promise.all(
        [
          `${origin}/.well-known/oauth-authorization-server${path}`,
          `${origin}${path}/.well-known/openid-configuration`,
        ].map(async (url) => (await fetch(url)).status === 200),
      );
      const expected = { 'RFC 8414': true, 'OpenID Connect': false, none: false };
      expect(statuses[0]).toBe(expected[discovery]);
      expect(statuses.includes(true)).toBe(discovery !== 'none');
    });
  });
}

function describeAuthentication({ authentication }: ServerDescription, use: Use): void {
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

      it.runIf(support === 'checked')(`is refused with the wrong credentials`, async () => {
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

function describeTokens({ principal, namesClient }: ServerDescription, use: Use): void {
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

    it('refuses that token where a user is required: 403', async () => {
      const api = await use().openApi();
      expect((await api.call('/mine', await use().requestToken())).status).toBe(403);
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

function describeAlgorithms(description: ServerDescription): void {
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

function describeUsers(use: Use): void {
  describe('users', () => {
    it('allows the access token of a user, from the code flow with PKCE', async () => {
      const api = await use().openApi();
      const { accessToken, clientId, subject } = await logIn(use());
      const { status, body } = await api.call('/mine', accessToken);
      expect(status).toBe(200);
      expect(body).toMatchObject({ principal: 'user', clientId, subject });
    });

    it('refuses the ID token of that user, also where its audience is accepted: 401', async () => {
      const { idToken, clientId } = await logIn(use());
      for (const audience of [AUDIENCE, clientId]) {
        const api = await use().openApi(audience);
        expect((await api.call('/sales', idToken)).status).toBe(401);
        const explanation = await api.resourceServer.explain(idToken);
        expect(explanation.findings.map(({ cause }) => cause)).toContain('id_token');
      }
    });
  });
}

function logIn({ server }: ServerTest): Promise<UserTokens> {
  if (server.logIn === undefined) throw new Error(`${server.issuer} has no users`);
  return server.logIn();
}

function describeRotation(use: Use): void {
  describe('rotation', () => {
    it('accepts tokens of a new key at once and refuses those of the withdrawn key', async () => {
      const api = await use().openApi();
      const before = await use().requestToken();
      expect((await api.call('/sales', before)).status).toBe(200);
      await use().server.rotateKey();
      const after = await use().requestToken();
      expect((await api.call('/sales', after)).status).toBe(200);
      expect((await api.call('/sales', before)).status).toBe(401);
    });
  });
}

function describeOutage(use: Use): void {
  describe('outage', () => {
    it('allows known keys and answers 503 for unknown ones', async () => {
      const api = await use().openApi();
      const [seen, unseen] = [await use().requestToken(), await use().requestToken()];
      expect((await api.call('/sales', seen)).status).toBe(200);
      await use().server.stop();
      try {
        const unknown = await api.call('/sales', signWithUnknownKey(use().server));
        expect(unknown.status).toBe(503);
        expect(unknown.headers.get('retry-after')).toMatch(/^\d+$/);
        expect((await api.call('/sales', unseen)).status).toBe(200);
        api.advance(HALF_AN_HOUR);
        expect((await api.call('/sales', seen)).status).toBe(200);
        expect((await api.call('/sales', unseen)).status).toBe(200);
      } finally {
        await use().server.start();
      }
    });

    it('continues after a restart of the server', async () => {
      const api = await use().openApi();
      await use().server.stop();
      expect((await api.call('/sales', signWithUnknownKey(use().server))).status).toBe(503);
      await use().server.start();
      api.advance(BACKOFF_SECONDS);
      const token = await use().requestToken();
      expect((await api.call('/sales', token)).status).toBe(200);
      expect((await api.call('/sales', signWithUnknownKey(use().server))).status).toBe(401);
    });
  });
}

function describeTools({ doctor }: ServerDescription, use: Use): void {
  describe('doctor', () => {
    it(`exits with ${doctor.exitCode} and finds ${doctor.findings.join(', ') || 'nothing'}`, async () => {
      const words = ['doctor', '--issuer', use().server.issuer, '--json'];
      const { code, stdout } = await runInMemory(words);
      const { findings } = JSON.parse(stdout) as {
        readonly findings: readonly { readonly severity: string; readonly code: string }[];
      };
      const faults = findings.filter(({ severity }) => severity !== 'info');
      expect(faults.map((finding) => finding.code).sort()).toEqual(doctor.findings);
      expect(code).toBe(doctor.exitCode);
    });
  });

  describe('explain', () => {
    it('accepts a good token', async () => {
      const { resourceServer } = await use().openApi();
      const token = await use().requestToken();
      const { verdict, reason } = await resourceServer.explain(token, { scope: READ });
      expect({ verdict, reason }).toEqual({ verdict: 'accepted', reason: undefined });
    });

    it.each([
      ['audience', { audience: OTHER_AUDIENCE }, READ],
      ['scope', {}, WRITE],
    ])('names the reason: %s', async (reason, target, scope) => {
      const { resourceServer } = await use().openApi();
      const token = await use().requestToken(target);
      const explanation = await resourceServer.explain(token, { scope });
      expect(explanation).toMatchObject({ verdict: 'refused', reason });
    });

    it('is undecided without keys', async () => {
      const { resourceServer } = await use().openApi();
      const token = await use().requestToken();
      await use().server.stop();
      try {
        const explanation = await resourceServer.explain(token);
        expect(explanation).toMatchObject({ verdict: 'undecided', reason: 'unavailable' });
      } finally {
        await use().server.start();
      }
    });
  });
}
