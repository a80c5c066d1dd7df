import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { AUDIENCE, openSalesApi, READ, type SalesApi, WRITE } from './contract/sales-api.js';
import { type ServerTest, startServerTest } from './contract/server-test.js';
import { oidcProvider } from './servers/oidc-provider.js';

describe('openid-client', () => {
  let test: ServerTest;
  let configuration: openid.Configuration;

  beforeAll(async () => {
    test = await startServerTest(oidcProvider);
    const { clientId, clientSecret } = test.clientOf('client_secret_post');
    configuration = await openid.discovery(
      new URL(test.server.issuer),
      clientId,
      clientSecret,
      undefined,
      // Deprecated as a warning only. The servers of this test use http, on a loopback address.
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      { execute: [openid.allowInsecureRequests] },
    );
  });
  afterAll(() => test.close());

  async function openApi(): Promise<SalesApi> {
    const api = await openSalesApi(test.server);
    onTestFinished(() => api.close());
    return api;
  }

  async function requestToken(): Promise<string> {
    const { access_token } = await openid.clientCredentialsGrant(configuration, {
      resource: AUDIENCE,
      scope: READ,
    });
    return access_token;
  }

  function call(api: SalesApi, path: string, token: string): Promise<Response> {
    const url = new URL(path, api.origin);
    return openid.fetchProtectedResource(configuration, token, url, 'GET');
  }

  /** The parameters of the challenges that it parses. */
  async function readChallenges(answer: Promise<Response>): Promise<unknown> {
    try {
      await answer;
    } catch (error) {
      if (error instanceof openid.WWWAuthenticateChallengeError) return error.cause;
      throw error;
    }
    throw new Error('there was no challenge');
  }

  it('calls the API with a token that it requested for the resource', async () => {
    const api = await openApi();
    const response = await call(api, '/sales', await requestToken());
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ principal: 'client', scopes: [READ] });
  });

  it('parses the challenge of a 401 for an invalid token', async () => {
    const api = await openApi();
    const challenges = await readChallenges(call(api, '/sales', 'not-a-token'));
    expect(challenges).toMatchObject([
      {
        scheme: 'bearer',
        parameters: {
          realm: AUDIENCE,
          error: 'invalid_token',
          error_description: 'the access token is malformed',
          scope: READ,
          resource_metadata: `${AUDIENCE}/.well-known/oauth-protected-resource`,
        },
      },
    ]);
  });

  it('parses the challenge of a 403 for a missing scope', async () => {
    const api = await openApi();
    const challenges = await readChallenges(call(api, '/targets', await requestToken()));
    expect(challenges).toMatchObject([
      { scheme: 'bearer', parameters: { error: 'insufficient_scope', scope: WRITE } },
    ]);
  });

  it('receives the 503 of an outage with Retry-After, without a challenge', async () => {
    const api = await openApi();
    const token = await requestToken();
    await test.server.stop();
    try {
      const response = await call(api, '/sales', token);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(response.headers.get('www-authenticate')).toBeNull();
    } finally {
      await test.server.start();
    }
  });
});
