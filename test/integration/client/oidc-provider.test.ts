import { type KeyObject } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import {
  type ClientAuthentication,
  clientSecretBasic,
  clientSecretPost,
  createTokenClient,
  privateKeyJwt,
  TOKEN_CHANNEL,
  type TokenClientOptions,
  type TokenEvent,
  type TokenSourceOptions,
} from '@scopegate/client';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { type ClientMetadata, type Configuration, errors, Provider } from 'oidc-provider';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createStubClock } from '../../support/stub-token-server.js';
import { createKeyPair } from '../../support/key-pairs.js';
import { listen } from '../../support/listen.js';

const RESOURCE = 'https://api.example.com/analytics';
const OPAQUE_RESOURCE = 'https://api.example.com/opaque';
const SCOPE = 'read:analytics write:analytics';
const LIFETIME_SECONDS = 5;
/** All that RFC 6749 §2.3.1 and Basic can trip over. */
const ODD_SECRET = 'p%+&=: /?~"\\';

const keys = {
  ES256: createKeyPair('P-256').privateKey,
  RS256: createKeyPair('rsa').privateKey,
  PS256: createKeyPair('rsa').privateKey,
  EdDSA: createKeyPair('ed25519').privateKey,
} as const;

function publicJwk(key: KeyObject, alg: string): Record<string, unknown> {
  const { kty, crv, x, y, n, e } = key.export({ format: 'jwk' });
  return { kty, crv, x, y, n, e, alg, kid: alg, use: 'sig' };
}

function client(id: string, metadata: Partial<ClientMetadata>): ClientMetadata {
  return {
    client_id: id,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope: SCOPE,
    ...metadata,
  };
}

function clientsWith(secret: string): ClientMetadata[] {
  return [
    client('basic', { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' }),
    client('a:b c', {
      client_secret: ODD_SECRET,
      token_endpoint_auth_method: 'client_secret_basic',
    }),
    client('post', {
      client_secret: ODD_SECRET,
      token_endpoint_auth_method: 'client_secret_post',
    }),
    client('reader', { client_secret: secret, scope: 'read:analytics' }),
    client('no-grant', { client_secret: secret, grant_types: [] }),
    ...Object.entries(keys).map(([alg, key]) =>
      client(alg, {
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: alg as 'ES256',
        jwks: { keys: [publicJwk(key, alg)] },
      }),
    ),
  ];
}

const signingJwk = {
  ...createKeyPair('P-256').privateJwk,
  kid: 'signing',
  alg: 'ES256',
  use: 'sig',
};

function configuration(secret: string): Configuration {
  const nothing = (): Promise<undefined> => Promise.resolve(undefined);
  return {
    // JWT access tokens need no store; opaque ones are not looked up here.
    adapter: () => ({
      upsert: nothing,
      find: nothing,
      findByUserCode: nothing,
      findByUid: nothing,
      consume: nothing,
      destroy: nothing,
      revokeByGrantId: nothing,
    }),
    jwks: { keys: [signingJwk] as NonNullable<Configuration['jwks']>['keys'] },
    scopes: SCOPE.split(' '),
    responseTypes: [],
    ttl: { ClientCredentials: LIFETIME_SECONDS },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clients: clientsWith(secret),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(_context, resource) {
          if (resource !== RESOURCE && resource !== OPAQUE_RESOURCE) {
            throw new errors.InvalidTarget();
          }
          const isOpaque = resource === OPAQUE_RESOURCE;
          return {
            scope: SCOPE,
            audience: resource,
            accessTokenFormat: isOpaque ? 'opaque' : 'jwt',
            ...(isOpaque ? {} : { jwt: { sign: { alg: 'ES256' as const } } }),
          };
        },
      },
    },
  };
}

describe('token client of oidc-provider', () => {
  let handle: RequestListener = () => undefined;
  const authorizationServer = createServer((request, response) => {
    tokenRequests += request.url === '/token' ? 1 : 0;
    handle(request, response);
  });
  const api = createServer((request, response) => {
    void answer(request.headers.authorization).then(({ status, headers }) => {
      response.writeHead(status, headers).end();
    });
  });
  let tokenRequests = 0;
  let issuer = '';
  let apiOrigin = '';
  let events: TokenEvent[] = [];
  const used = new Set<string>();
  const record = (event: unknown): void => {
    events.push(event as TokenEvent);
  };

  function serveWith(secret: string): void {
    const callback = new Provider(issuer, configuration(secret)).callback();
    handle = (request, response) => void callback(request, response);
  }

  /** An API with its own verifier. */
  async function answer(
    authorization = '',
  ): Promise<{ status: number; headers: Record<string, string> }> {
    const token = authorization.replace('Bearer ', '');
    const jwks = createRemoteJWKSet(new URL(`${issuer}/jwks`));
    try {
      await jwtVerify(token, jwks, { issuer, audience: RESOURCE, typ: 'at+jwt' });
      used.add(token);
      return { status: 200, headers: {} };
    } catch {
      return { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };
    }
  }

  function clientOf(
    clientId: string,
    clientAuthentication: ClientAuthentication,
    options: Partial<TokenClientOptions> = {},
  ) {
    return createTokenClient({ issuer, clientId, clientAuthentication, ...options });
  }

  beforeAll(async () => {
    issuer = (await listen(authorizationServer)).origin;
    apiOrigin = (await listen(api)).origin;
    serveWith('secret');
    subscribe(TOKEN_CHANNEL, record);
  });

  afterEach(() => {
    events = [];
  });

  afterAll(() => {
    unsubscribe(TOKEN_CHANNEL, record);
    for (const server of [authorizationServer, api]) {
      server.close();
      server.closeAllConnections();
    }
  });

  it.each<[string, string, () => ClientAuthentication]>([
    ['client_secret_basic', 'basic', () => clientSecretBasic(() => 'secret')],
    ['client_secret_basic, odd characters', 'a:b c', () => clientSecretBasic(() => ODD_SECRET)],
    ['client_secret_post, odd characters', 'post', () => clientSecretPost(() => ODD_SECRET)],
    ['private_key_jwt, a KeyObject', 'ES256', () => privateKeyJwt(() => keys.ES256)],
    [
      'private_key_jwt, a PEM and a kid',
      'RS256',
      () =>
        privateKeyJwt(() => String(keys.RS256.export({ type: 'pkcs8', format: 'pem' })), {
          kid: 'RS256',
        }),
    ],
    [
      'private_key_jwt, a JWK',
      'PS256',
      () => privateKeyJwt(() => ({ ...keys.PS256.export({ format: 'jwk' }), alg: 'PS256' })),
    ],
    ['private_key_jwt, EdDSA', 'EdDSA', () => privateKeyJwt(() => keys.EdDSA, { alg: 'EdDSA' })],
  ])('authenticates by %s', async (_case, clientId, authentication) => {
    const source = clientOf(clientId, authentication()).for({
      resource: RESOURCE,
      scope: 'read:analytics',
      origins: [apiOrigin],
      requireGranted: true,
    });
    const { value, scopes } = await source.token();
    expect(decodeJwt(value)).toMatchObject({
      iss: issuer,
      aud: RESOURCE,
      client_id: clientId,
      scope: 'read:analytics',
    });
    expect([...scopes]).toEqual(['read:analytics']);
    expect((await source.fetch(`${apiOrigin}/rows`)).status).toBe(200);
  });

  it('has one token per resource, JWT or opaque', async () => {
    const report = clientOf(
      'basic',
      clientSecretBasic(() => 'secret'),
    );
    const before = tokenRequests;
    const [jwt, opaque] = await Promise.all([
      report.for({ resource: RESOURCE }).token(),
      report.for({ resource: OPAQUE_RESOURCE }).token(),
      report.for({ resource: RESOURCE }).token(),
    ]);
    expect(tokenRequests - before).toBe(2);
    expect(jwt.value.split('.')).toHaveLength(3);
    expect(opaque.value).toMatch(/^[\w-]+$/);
    expect(opaque.expiresAt).toBeGreaterThan(0);
  });

  it('renews its token at least three times without a failed call', async () => {
    const clock = createStubClock(Date.now());
    const before = tokenRequests;
    used.clear();
    const source = clientOf(
      'basic',
      clientSecretBasic(() => 'secret'),
      { clock },
    ).for({
      resource: RESOURCE,
      scope: SCOPE,
      origins: [apiOrigin],
    });
    const statuses = new Set<number>();
    for (let second = 0; second < 4 * LIFETIME_SECONDS; second += 1) {
      const calls = Array.from({ length: 10 }, () => source.fetch(`${apiOrigin}/rows`));
      for (const { status } of await Promise.all(calls)) statuses.add(status);
      clock.advance(1_000);
    }
    const names = events.map(({ event }) => event);
    expect(statuses).toEqual(new Set([200]));
    expect(names.slice(0, 4)).toEqual(['requested', 'renewed', 'renewed', 'renewed']);
    expect(names).toHaveLength(tokenRequests - before);
    expect(used.size).toBeGreaterThanOrEqual(4);
  });

  it('continues after a rotated secret without a restart', async () => {
    const secrets = ['secret', 'rotated'];
    serveWith('rotated');
    const report = clientOf(
      'basic',
      clientSecretBasic(() => secrets.shift() ?? 'rotated'),
    );
    const { value } = await report.for({ resource: RESOURCE }).token();
    serveWith('secret');
    expect(decodeJwt(value)).toMatchObject({ client_id: 'basic' });
    expect(events).toMatchObject([
      { event: 'retried', reason: 'invalid_client' },
      { event: 'requested' },
    ]);
  });

  it.each<[string, [clientId: string, secret: string], TokenSourceOptions]>([
    ['invalid_client', ['basic', 'wrong'], { resource: RESOURCE }],
    ['invalid_client', ['unknown', 'secret'], { resource: RESOURCE }],
    ['invalid_scope', ['reader', 'secret'], { resource: RESOURCE, scope: 'write:analytics' }],
    ['invalid_target', ['basic', 'secret'], { resource: 'https://api.example.org' }],
    // What RFC 6749 §5.2 calls unauthorized_client.
    ['invalid_request', ['no-grant', 'secret'], { resource: RESOURCE }],
  ])('reports %s by its code', async (error, [clientId, secret], target) => {
    const report = clientOf(
      clientId,
      clientSecretBasic(() => secret),
    );
    await expect(report.for(target).token()).rejects.toMatchObject({
      name: 'TokenEndpointError',
      code: 'ERR_TOKEN_CLIENT_ENDPOINT',
      error,
      status: error === 'invalid_client' ? 401 : 400,
      description: expect.any(String) as string,
    });
  });

  it('sends no secret to a server with a different issuer', async () => {
    const before = tokenRequests;
    const other = issuer.replace('127.0.0.1', 'localhost');
    const report = clientOf(
      'basic',
      clientSecretBasic(() => 'secret'),
      { issuer: other },
    );
    await expect(report.for({ resource: RESOURCE }).token()).rejects.toMatchObject({
      code: 'ERR_TOKEN_CLIENT_REQUEST',
      reason: 'issuer',
    });
    expect(tokenRequests).toBe(before);
  });
});
