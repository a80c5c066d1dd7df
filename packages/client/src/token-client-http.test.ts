import { describe, expect, it } from 'vitest';
import { clientSecretBasic } from './credential/client-authentication.js';
import { createTokenClient } from './token-client.js';

const ISSUER = 'http://keycloak:8080/realms/main';
const API = 'http://inventory.default.svc:8080';

/** An authorization server and an API of a cluster; the answers of the API are replaceable. */
function openCluster(onApi: () => Response = () => new Response('stock')) {
  const seen: [url: string, authorization: string | null][] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    seen.push([request.url, request.headers.get('authorization')]);
    if (request.url.includes('/.well-known/')) {
      const token_endpoint = `${ISSUER}/token`;
      return Promise.resolve(Response.json({ issuer: ISSUER, token_endpoint }));
    }
    return Promise.resolve(
      request.url === `${ISSUER}/token`
        ? Response.json({ access_token: 'token', token_type: 'Bearer', expires_in: 100 })
        : onApi(),
    );
  };
  return { seen, fetch };
}

const OPTIONS = {
  issuer: ISSUER,
  clientId: 'nightly-report',
  clientAuthentication: clientSecretBasic(() => 'secret'),
};

describe('createTokenClient, dangerouslyAllowHttp', () => {
  it('gets a token and calls an API over http', async () => {
    const { seen, fetch } = openCluster();
    const client = createTokenClient({ ...OPTIONS, fetch, dangerouslyAllowHttp: true });
    const response = await client.for({ resource: API }).fetch(`${API}/stock`);
    expect(await response.text()).toBe('stock');
    expect(seen.slice(-2)).toEqual([
      [`${ISSUER}/token`, `Basic ${btoa('nightly-report:secret')}`],
      [`${API}/stock`, 'Bearer token'],
    ]);
  });

  it('sends the token to named origins only', async () => {
    const { seen, fetch } = openCluster();
    const client = createTokenClient({ ...OPTIONS, fetch, dangerouslyAllowHttp: true });
    const outcome = client.for({ resource: API }).fetch('http://orders.default.svc:8080/');
    await expect(outcome).rejects.toThrow(/is not covered by "resource" or "origins"/);
    expect(seen).toEqual([]);
  });

  it('drops the token at a redirect to another origin, and refuses one from https to http', async () => {
    const redirect = (location: string) =>
      new Response(null, { status: 302, headers: { location } });
    const answers = [redirect('http://other.default.svc/'), new Response('other')];
    const { seen, fetch } = openCluster(() => answers.shift() ?? redirect(`${API}/`));
    const client = createTokenClient({ ...OPTIONS, fetch, dangerouslyAllowHttp: true });
    const source = client.for({ resource: API, origins: ['https://api.example.com'] });
    await source.fetch(`${API}/stock`);
    expect(seen.at(-1)).toEqual(['http://other.default.svc/', null]);
    await expect(source.fetch('https://api.example.com/')).rejects.toMatchObject({
      reason: 'insecure',
    });
    expect(seen.at(-1)).toEqual(['https://api.example.com/', 'Bearer token']);
  });

  it('is named when http is refused without it, before anything is sent', async () => {
    const { seen, fetch } = openCluster();
    expect(() => createTokenClient({ ...OPTIONS, fetch })).toThrow(/set "dangerouslyAllowHttp"$/);
    const client = createTokenClient({ ...OPTIONS, issuer: 'https://auth.example.com', fetch });
    expect(() => client.for({ origins: [API] })).toThrow(/set "dangerouslyAllowHttp"$/);
    const outcome = client.for({ resource: API }).fetch(`${API}/stock`);
    await expect(outcome).rejects.toThrow(/set "dangerouslyAllowHttp"$/);
    expect(seen).toEqual([]);
  });
});
