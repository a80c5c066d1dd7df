import { describe, expect, it, onTestFinished } from 'vitest';
import { describeServer } from './contract/describe-server.js';
import { AUDIENCE, openSalesApi, READ } from './contract/sales-api.js';
import { startServerTest } from './contract/server-test.js';
import { OPAQUE_AUDIENCE } from './servers/oidc-configuration.js';
import { oidcProvider, startOidcProvider } from './servers/oidc-provider.js';

describeServer(oidcProvider);

describe('oidc-provider', () => {
  it.each([AUDIENCE, OPAQUE_AUDIENCE])(
    'issues opaque tokens for one API, which an API with the audience %s refuses: 401',
    async (audience) => {
      const test = await startServerTest(oidcProvider);
      onTestFinished(() => test.close());
      const api = await test.openApi(audience);
      const opaque = await test.requestToken({ audience: OPAQUE_AUDIENCE });
      const { status, headers } = await api.call('/sales', opaque);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
      const { verdict, reason, findings } = await api.resourceServer.explain(opaque);
      expect({ verdict, reason }).toEqual({ verdict: 'refused', reason: 'malformed' });
      expect(findings.map(({ cause }) => cause)).toEqual(['opaque_token_without_introspection']);
    },
  );

  it('accepts its tokens where every token must follow RFC 9068', async () => {
    const test = await startServerTest(oidcProvider);
    onTestFinished(() => test.close());
    const api = await openSalesApi(test.server, { typ: 'at+jwt' });
    onTestFinished(() => api.close());
    expect((await api.call('/sales', await test.requestToken({ scope: READ }))).status).toBe(200);
  });

  it('replaces its key under the same kid: new tokens are accepted immediately, old ones refused', async () => {
    const test = await startServerTest({
      ...oidcProvider,
      start: (settings) => startOidcProvider(settings, { kid: 'sig' }),
    });
    onTestFinished(() => test.close());
    const api = await test.openApi();
    const before = await test.requestToken();
    expect((await api.call('/sales', before)).status).toBe(200);
    await test.server.rotateKey();
    const after = await test.requestToken();
    expect((await api.call('/sales', after)).status).toBe(200);
    expect((await api.call('/sales', before)).status).toBe(401);
  });
});
