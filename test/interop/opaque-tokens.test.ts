import { createTokenClient, toRequestAuthenticator } from '@scopegate/client';
import type { IntrospectionOptions } from '@scopegate/access-token';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { authenticate } from './contract/clients.js';
import { AUDIENCE, openSalesApi, READ, type SalesApi, WRITE } from './contract/sales-api.js';
import type { AuthenticationMethod, ServerDescription } from './contract/server.js';
import { type ServerTest, startServerTest } from './contract/server-test.js';
import { betterAuthServer } from './servers/better-auth.js';
import { OPAQUE_AUDIENCE } from './servers/oidc-configuration.js';
import { oidcProvider } from './servers/oidc-provider.js';

const METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;

type Settings = Pick<
  IntrospectionOptions,
  'cacheSeconds' | 'issuerChecksAudience' | 'signed' | 'tokens'
>;

/** The options of introspection for a registered client. */
function introspectAs(
  test: ServerTest,
  method: AuthenticationMethod,
  settings: Settings,
): IntrospectionOptions {
  const { clientId, clientSecret } = test.clientOf(method);
  if (method !== 'private_key_jwt') {
    const readSecret = (): string => clientSecret;
    return { ...settings, clientId, clientSecret: readSecret, clientAuthenticationMethod: method };
  }
  const { issuer } = test.server;
  const authentication = authenticate(test.clientOf(method), oidcProvider);
  const authenticator = toRequestAuthenticator(authentication, { clientId, issuer });
  // The audience of signed responses.
  return { ...settings, clientId, authenticate: authenticator };
}

async function openApi(
  test: ServerTest,
  audience: string,
  introspection: IntrospectionOptions,
): Promise<SalesApi> {
  const api = await openSalesApi(test.server, { audience, introspection });
  onTestFinished(() => api.close());
  return api;
}

describe('opaque tokens of oidc-provider', () => {
  let test: ServerTest;

  beforeAll(async () => {
    test = await startServerTest(oidcProvider);
  });
  afterAll(() => test.close());

  const requestOpaque = (scope: string = READ): Promise<string> =>
    test.requestToken({ audience: OPAQUE_AUDIENCE, scope });

  describe.each(METHODS)('introspected with %s', (method) => {
    it.each([
      ['RFC 7662', false],
      ['RFC 9701', true],
    ])('are accepted by responses of %s: 200, and 403 without the scope', async (_rfc, signed) => {
      const introspection = introspectAs(test, method, { tokens: 'opaque', signed });
      const api = await openApi(test, OPAQUE_AUDIENCE, introspection);
      const { status, body } = await api.call('/sales', await requestOpaque());
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          clientId: test.firstClient.clientId,
          subject: undefined,
          principal: 'unknown',
          scopes: [READ],
        },
      });
      expect((await api.call('/sales', await requestOpaque(WRITE))).status).toBe(403);
    });
  });

  it('are refused for another audience, when unknown, and after they are revoked: 401', async () => {
    const introspection = introspectAs(test, 'client_secret_basic', {
      tokens: 'opaque',
      cacheSeconds: 0,
    });
    const other = await openApi(test, AUDIENCE, introspection);
    const api = await openApi(test, OPAQUE_AUDIENCE, introspection);
    const token = await requestOpaque();
    expect((await other.call('/sales', token)).status).toBe(401);
    expect((await api.call('/sales', `${token}x`)).status).toBe(401);
    expect((await api.call('/sales', token)).status).toBe(200);
    await revoke(test, token);
    expect((await api.call('/sales', token)).status).toBe(401);
  });

  it('are accepted beside its JWTs by an API that accepts both: 200', async () => {
    const introspection = introspectAs(test, 'client_secret_basic', { tokens: 'both' });
    const opaqueApi = await openApi(test, OPAQUE_AUDIENCE, introspection);
    expect((await opaqueApi.call('/sales', await requestOpaque())).status).toBe(200);
    const api = await openApi(test, AUDIENCE, introspection);
    expect((await api.call('/sales', await test.requestToken())).status).toBe(200);
  });

  it('get 503 while it is stopped, and 200 afterwards', async () => {
    const token = await requestOpaque();
    const introspection = introspectAs(test, 'client_secret_basic', { tokens: 'opaque' });
    const api = await openApi(test, OPAQUE_AUDIENCE, introspection);
    await test.server.stop();
    expect((await api.call('/sales', token)).status).toBe(503);
    await test.server.start();
    api.advance(60);
    expect((await api.call('/sales', token)).status).toBe(200);
  });
});

/** RFC 7009. */
async function revoke(test: ServerTest, token: string): Promise<void> {
  const { clientId, clientSecret } = test.clientOf('client_secret_basic');
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const response = await fetch(`${test.server.issuer}/token/revocation`, {
    method: 'POST',
    body: new URLSearchParams({ token }),
    headers: { authorization: `Basic ${basic}` },
  });
  expect(response.status).toBe(200);
}

describe('opaque tokens of better-auth', () => {
  let test: ServerTest;

  beforeAll(async () => {
    test = await startServerTest(betterAuthServer);
  });
  afterAll(() => test.close());

  /** A client that sends no `resource` gets an opaque token, which only that client may introspect. */
  async function requestOpaque(
    method: AuthenticationMethod,
    description: ServerDescription = betterAuthServer,
  ): Promise<string> {
    const registered = test.clientOf(method);
    const client = createTokenClient({
      issuer: test.server.issuer,
      clientId: registered.clientId,
      clientAuthentication: authenticate(registered, description),
    });
    return (await client.for({ scope: READ }).token()).value;
  }

  it.each(METHODS)('are accepted, introspected with %s: 200', async (method) => {
    const settings = { tokens: 'both', issuerChecksAudience: true } as const;
    const api = await openApi(test, AUDIENCE, introspectAs(test, method, settings));
    const { status, body } = await api.call('/sales', await requestOpaque(method));
    expect(status).toBe(200);
    expect(body).toMatchObject({ clientId: test.clientOf(method).clientId, scopes: [READ] });
    expect((await api.call('/sales', await test.requestToken())).status).toBe(200);
  });

  it('are refused by an API that requires an audience, because they have none: 401', async () => {
    const introspection = introspectAs(test, 'client_secret_basic', { tokens: 'both' });
    const api = await openApi(test, AUDIENCE, introspection);
    const token = await requestOpaque('client_secret_basic');
    expect((await api.call('/sales', token)).status).toBe(401);
    expect((await api.resourceServer.explain(token)).reason).toBe('audience');
  });

  it('are inactive for a client that they were not issued to: 401', async () => {
    const settings = { tokens: 'both', issuerChecksAudience: true } as const;
    const api = await openApi(test, AUDIENCE, introspectAs(test, 'client_secret_post', settings));
    const token = await requestOpaque('client_secret_basic');
    expect((await api.call('/sales', token)).status).toBe(401);
    expect((await api.resourceServer.explain(token)).reason).toBe('inactive');
  });
});
