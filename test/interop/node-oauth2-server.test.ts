import { clientSecretBasic, createTokenClient } from '@scopegate/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeServer } from './contract/describe-server.js';
import { AUDIENCE, READ } from './contract/sales-api.js';
import { nodeOAuth2Server } from './servers/node-oauth2-server.js';

describeServer(nodeOAuth2Server);

/** Requests a token as a client that the server knows by exactly these octets. */
async function requestToken(clientId: string, clientSecret: string): Promise<string> {
  const server = await nodeOAuth2Server.start({
    alg: 'ES256',
    audiences: [AUDIENCE],
    scopes: [READ],
    clients: [{ clientId, clientSecret, method: 'client_secret_basic', publicJwk: {} }],
  });
  onTestFinished(() => server.close());
  const client = createTokenClient({
    issuer: server.issuer,
    tokenEndpoint: server.tokenEndpoint,
    clientId,
    clientAuthentication: clientSecretBasic(() => clientSecret),
  });
  const source = client.for({ ...nodeOAuth2Server.target(AUDIENCE), scope: READ });
  return (await source.token()).value;
}

describe('clientSecretBasic with @node-oauth/oauth2-server, which does not decode', () => {
  it.each([
    ['nightly-report', 'c2VjcmV0-b2Yt_dGhpcy10ZXN0-d2l0aC00My1jaGFy'],
    ['3f0c5a7e-9d1b-4c55-8a52-1f6e0f7b9a10', "s-e_c.r~t!*'()"],
    ['dotted.id', 'abc~123'],
  ])('gets a token for the client id %s', async (clientId, clientSecret) => {
    expect((await requestToken(clientId, clientSecret)).split('.')).toHaveLength(3);
  });

  it.each([
    ['a:b', 'secret'],
    ['nightly-report', 'p%+&=: /?"'],
  ])(
    'names the encoding as a cause where the characters of %s and its secret change under it',
    async (clientId, clientSecret) => {
      await expect(requestToken(clientId, clientSecret)).rejects.toMatchObject({
        error: 'invalid_client',
        message: expect.stringMatching(/clientSecretPost/) as string,
      });
    },
  );
});
