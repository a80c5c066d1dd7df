import {
  clientSecretBasic,
  clientSecretPost,
  createTokenClient,
  type SecretReader,
  TOKEN_CHANNEL,
  type TokenClient,
  type TokenClientOptions,
  type TokenEvent,
} from '@scopegate/client';
import { createTestIssuer, type TestIssuer, type TokenFault } from '@scopegate/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenTo } from '../../support/listen-to.js';

const CLIENT = { clientId: 'nightly-report', clientSecret: 'p%+é/= secret' };
const ANALYTICS = { resource: 'https://api.example.com', scope: 'read:analytics write:analytics' };
const LIFETIME_SECONDS = 100;

describe('token client of a faulty issuer', () => {
  let issuer: TestIssuer;
  let client: TokenClient;
  let events: readonly TokenEvent[];

  beforeEach(async () => {
    events = listenTo(TOKEN_CHANNEL) as readonly TokenEvent[]; // the channel has no other messages
    issuer = await createTestIssuer({
      alg: 'ES256',
      clients: [CLIENT],
      accessTokenLifetimeSeconds: LIFETIME_SECONDS,
    });
    client = clientOf();
  });

  afterEach(async () => {
    client.close();
    await issuer.close();
  });

  function clientOf(options: Partial<TokenClientOptions> = {}): TokenClient {
    return createTokenClient({
      issuer: issuer.issuer,
      clientId: CLIENT.clientId,
      clientAuthentication: clientSecretBasic(() => CLIENT.clientSecret),
      clock: issuer.clock,
      ...options,
    });
  }

  function faultyFromNowOn(fault: TokenFault | undefined): void {
    issuer.fault('token', fault);
  }

  it.each<[string, TokenFault, object]>([
    ['down', { kind: 'down' }, { reason: 'network' }],
    ['cut', { kind: 'cut' }, { reason: 'network' }],
    ['500', { kind: 'status', status: 500 }, { reason: 'status', status: 500 }],
    [
      '500 with an OAuth error',
      { kind: 'status', status: 500, body: { error: 'invalid_client' } },
      { reason: 'status', status: 500 },
    ],
    ['HTML', { kind: 'html' }, { reason: 'json' }],
    ['half a document', { kind: 'invalidJson' }, { reason: 'json' }],
    ['too large', { kind: 'huge' }, { reason: 'too_large' }],
    [
      'redirect',
      { kind: 'redirect', location: 'https://evil.example/' },
      { reason: 'redirect', status: 302 },
    ],
    [
      'redirect that would repeat the secret',
      { kind: 'redirect', location: 'https://evil.example/', status: 307 },
      { reason: 'redirect', status: 307 },
    ],
    ['another token type', { kind: 'wrongTokenType' }, { reason: 'token_type' }],
    [
      'a DPoP token',
      { kind: 'members', members: { token_type: 'DPoP' } },
      { reason: 'token_type' },
    ],
    ['no token', { kind: 'members', members: { access_token: undefined } }, { reason: 'answer' }],
    ['no type', { kind: 'members', members: { token_type: undefined } }, { reason: 'answer' }],
    ['another document', { kind: 'document', document: [1] }, { reason: 'json' }],
  ])('rejects when the token response is: %s', async (_case, fault, expected) => {
    faultyFromNowOn(fault);
    await expect(client.for(ANALYTICS).token()).rejects.toMatchObject({
      name: 'TokenRequestError',
      code: 'ERR_TOKEN_CLIENT_REQUEST',
      ...expected,
    });
    expect(issuer.requests.token).toBe(1);
    expect(events).toMatchObject([{ event: 'failed', held: false, ...expected }]);
  });

  it.each<[string, TokenFault]>([
    ['hangs', { kind: 'hang' }],
    ['is slow', { kind: 'slow', intervalMs: 60_000 }],
  ])('times out on an endpoint that %s', async (_case, fault) => {
    faultyFromNowOn(fault);
    client = clientOf({ timeoutMs: 250 });
    await expect(client.for(ANALYTICS).token()).rejects.toMatchObject({
      reason: 'timeout',
      message: `the authorization server did not respond in time: POST ${issuer.issuer}/token: 250 ms`,
    });
  });

  it('uses a token without expires_in for a short time', async () => {
    faultyFromNowOn({ kind: 'noExpiresIn' });
    client = clientOf({ unknownLifetimeSeconds: 10 });
    const source = client.for(ANALYTICS);
    const first = await source.token();
    expect([first.expiresAt, await source.token()]).toEqual([undefined, first]);
    issuer.clock.advance(10_000);
    await source.token();
    expect(issuer.requests.token).toBe(2);
  });

  it('reads expires_in from a string of digits', async () => {
    faultyFromNowOn({ kind: 'stringExpiresIn' });
    const { expiresAt } = await client.for(ANALYTICS).token();
    expect(expiresAt).toBe(Math.floor(issuer.clock() / 1_000 + LIFETIME_SECONDS));
  });

  it.each([-1, 0, 'soon', '', true, {}])('does not keep a token for %j', async (expires_in) => {
    faultyFromNowOn({ kind: 'members', members: { expires_in } });
    const source = client.for(ANALYTICS);
    const tokens = [await source.token(), await source.token()];
    expect(tokens.map(({ expiresAt }) => expiresAt)).toEqual([undefined, undefined]);
    expect(issuer.requests.token).toBe(2);
  });

  it('reports missing scopes on the token and in an event', async () => {
    faultyFromNowOn({ kind: 'smallerScope' });
    const { scopes } = await client.for(ANALYTICS).token();
    expect([...scopes]).toEqual(['read:analytics']);
    expect(events).toMatchObject([{ event: 'requested', missingScopes: ['write:analytics'] }]);
  });

  it('rejects missing scopes with requireGranted', async () => {
    faultyFromNowOn({ kind: 'smallerScope' });
    const source = client.for({ ...ANALYTICS, requireGranted: true });
    await expect(source.token()).rejects.toMatchObject({
      reason: 'scope',
      missingScopes: ['write:analytics'],
    });
  });

  it('keeps its token through an outage until it expires', async () => {
    const source = client.for(ANALYTICS);
    const held = await source.token();
    await issuer.stop();
    for (let second = 0; second < LIFETIME_SECONDS; second += 1) {
      const tokens = await Promise.all(Array.from({ length: 10 }, () => source.token()));
      expect(new Set(tokens)).toEqual(new Set([held]));
      // A renewal that fails in the background must not be in the way of the next one.
      await new Promise(setImmediate);
      issuer.clock.advance(1_000);
    }
    await expect(source.token()).rejects.toMatchObject({
      reason: 'network',
      message: `the authorization server cannot be reached: POST ${issuer.issuer}/token: ECONNREFUSED`,
    });
    await issuer.start();
    issuer.clock.advance(5_000);
    expect((await source.token()).value).not.toBe(held.value);
    await vi.waitFor(() => {
      expect(events.at(-1)?.event).toBe('renewed');
    });
  });

  it('sends one request to an issuer that is down, for all callers that wait', async () => {
    faultyFromNowOn({ kind: 'down' });
    const source = client.for(ANALYTICS);
    const calls = Array.from({ length: 1_000 }, () => source.token());
    const outcomes = await Promise.allSettled(calls);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(issuer.requests.token).toBe(1);
  });

  it.each<[string, (readSecret: SecretReader) => TokenClientOptions['clientAuthentication']]>([
    ['client_secret_basic', clientSecretBasic],
    ['client_secret_post', clientSecretPost],
  ])('authenticates by the standard: %s', async (method, create) => {
    client = clientOf({ clientAuthentication: create(() => CLIENT.clientSecret) });
    await client.for(ANALYTICS).token();
    expect(issuer.requests.tokenRequests).toEqual([
      {
        method: 'POST',
        contentType: 'application/x-www-form-urlencoded;charset=UTF-8',
        hasQuery: false,
        clientAuthentication: method,
        clientId: CLIENT.clientId,
        grantType: 'client_credentials',
        scope: ANALYTICS.scope,
        resource: [ANALYTICS.resource],
      },
    ]);
  });

  it('requests no token when the metadata names a different issuer', async () => {
    issuer.fault('metadata', { kind: 'wrongIssuer' });
    await expect(client.for(ANALYTICS).token()).rejects.toMatchObject({ reason: 'issuer' });
    expect(issuer.requests.token).toBe(0);
  });

  it('finds the metadata at the URL of OpenID Connect', async () => {
    issuer.fault('oauthMetadata', { kind: 'status', status: 404 });
    expect((await client.for(ANALYTICS).token()).expiresAt).toBeGreaterThan(0);
    expect(issuer.requests.openid).toBe(1);
  });
});
