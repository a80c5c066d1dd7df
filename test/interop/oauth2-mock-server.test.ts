import { describe, expect, it, onTestFinished } from 'vitest';
import { describeServer } from './contract/describe-server.js';
import { startServerTest } from './contract/server-test.js';
import { oauth2MockServer } from './servers/oauth2-mock-server.js';

describeServer(oauth2MockServer);

describe('oauth2-mock-server', () => {
  it('issues ID tokens without any mark, which an API with their audience refuses: 401', async () => {
    const test = await startServerTest(oauth2MockServer);
    onTestFinished(() => test.close());
    const response = await fetch(`${test.server.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        username: 'johndoe',
        client_id: 'web-app',
      }),
    });
    const { id_token } = (await response.json()) as { readonly id_token: string };
    const api = await test.openApi('web-app');
    expect((await api.call('/sales', id_token)).status).toBe(401);
    const { reason, findings } = await api.resourceServer.explain(id_token);
    expect(reason).toBe('typ');
    expect(findings.map(({ cause }) => cause)).toEqual(['no_access_token_claim']);
  });
});
