import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clientSecretPost, createTokenClient } from '@scopegate/client';
import { describeServer } from './contract/describe-server.js';
import { openSalesApi, READ } from './contract/sales-api.js';
import { type ServerTest, startServerTest } from './contract/server-test.js';
import { betterAuthServer } from './servers/better-auth.js';

describeServer(betterAuthServer);

describe('better-auth', () => {
  let test: ServerTest;
  beforeAll(async () => {
    test = await startServerTest(betterAuthServer);
  });
  afterAll(() => test.close());

  it('issues an opaque token to a client that sends no "resource": 401', async () => {
    const { clientId, clientSecret } = test.clientOf('client_secret_post');
    const client = createTokenClient({
      issuer: test.server.issuer,
      clientId,
      clientAuthentication: clientSecretPost(() => clientSecret),
    });
    const { value } = await client.for({ scope: READ }).token();
    const api = await test.openApi();
    expect((await api.call('/sales', value)).status).toBe(401);
    const { findings } = await api.resourceServer.explain(value);
    expect(findings.map(({ cause }) => cause)).toEqual(['opaque_token_without_introspection']);
  });

  it('has an issuer other than its base URL, which explain names as the cause: 401', async () => {
    const { origin } = new URL(test.server.issuer);
    const api = await openSalesApi({ issuer: origin });
    onTestFinished(() => api.close());
    const token = await test.requestToken();
    expect((await api.call('/sales', token)).status).toBe(401);
    const { findings } = await api.resourceServer.explain(token);
    expect(findings.map(({ cause }) => cause)).toEqual(['issuer_path']);
  });
});
