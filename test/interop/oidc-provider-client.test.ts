import type { KeyObject } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
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
import { decodeJwt } from 'jose';
import type { ClientMetadata } from 'oidc-provider';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createKeyPair } from '../support/key-pairs.js';
import { createStubClock } from '../support/stub-token-server.js';
import { AUDIENCE, openSalesApi, READ, type SalesApi, WRITE } from './contract/sales-api.js';
import type { RunningServer } from './contract/server.js';
import { OPAQUE_AUDIENCE } from './servers/oidc-configuration.js';
import { startOidcProvider } from './servers/oidc-provider.js';

const SCOPE = `${READ} ${WRITE}`;
const LIFETIME_SECONDS = 5;
/** Every kind of character that form encoding or Basic could corrupt. */
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

function createClient(id: string, metadata: Partial<ClientMetadata>): ClientMetadata {
  return {
    client_id: id,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope: SCOPE,
    ...metadata,
  };
}

function createClients(secret: string): readonly ClientMetadata[] {
  return [
    createClient('basic', { client_secret: secret }),
    createClient('a:b c', { client_secret: ODD_SECRET }),
    createClient('post', {
      client_secret: ODD_SECRET,
      token_endpoint_auth_method: 'client_secret_post',
    }),
    createClient('reader', { client_secret: secret, scope: READ }),
    createClient('no-grant', { client_secret: secret, grant_types: [] }),
    ...Object.entries(keys).map(([alg, key]) =>
      createClient(alg, {
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: alg as 'ES256',
        jwks: { keys: [publicJwk(key, alg)] },
      }),
    ),
  ];
}

describe('createTokenClient with oidc-provider', () => {
  let server: RunningServer;
  let api: SalesApi;
  let secret = 'secret';
  let tokenRequests = 0;
  let events: TokenEvent[] = [];
  const record = (event: unknown): void => {
    events.push(event as TokenEvent);
  };

  /** Changes the client's secret at the server. */
  async function rotateSecret(next: string): Promise<void> {
    secret = next;
    await server.start();
  }

  function clientOf(
    clientId: string,
    clientAuthentication: ClientAuthentication,
    options: Partial<TokenClientOptions> = {},
  ) {
    return createTokenClient({
      issuer: server.issuer,
      clientId,
      clientAuthentication,
      fetch: (input, init) => {
        const { pathname } = new URL(input instanceof Request ? input.url : input);
        tokenRequests += pathname === '/token' ? 1 : 0;
        return fetch(input, init);
      },
      ...options,
    });
  }

  beforeAll(async () => {
    server = await startOidcProvider(
      { alg: 'ES256', audiences: [AUDIENCE], scopes: [READ, WRITE], clients: [] },
      { moreClients: () => createClients(secret), clientTokenSeconds: LIFETIME_SECONDS },
    );
    api = await openSalesApi(server);
    subscribe(TOKEN_CHANNEL, record);
  });

  afterEach(() => {
    events = [];
  });

  afterAll(async () => {
    unsubscribe(TOKEN_CHANNEL, record);
    await Promise.all([api.close(), server.close()]);
  });

  it.each<[string, string, () => ClientAuthentication]>([
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
      resource: AUDIENCE,
      scope: READ,
      origins: [api.origin],
      requireGranted: true,
    });
    const { value, scopes } = await source.token();
    expect(decodeJwt(value)).toMatchObject({
      iss: server.issuer,
      aud: AUDIENCE,
      client_id: clientId,
      scope: READ,
    });
    expect([...scopes]).toEqual([READ]);
    expect((await source.fetch(`${api.origin}/sales`)).status).toBe(200);
  });

  it('has one token per resource, JWT or opaque', async () => {
    const report = clientOf(
      'basic',
      clientSecretBasic(() => 'secret'),
    );
    const before = tokenRequests;
    const [jwt, opaque] = await Promise.all([
      report.for({ resource: AUDIENCE }).token(),
      report.for({ resource: OPAQUE_AUDIENCE }).token(),
      report.for({ resource: AUDIENCE }).token(),
    ]);
    expect(tokenRequests - before).toBe(2);
    expect(jwt.value.split('.')).toHaveLength(3);
    expect(opaque.value).toMatch(/^[\w-]+$/);
    expect(opaque.expiresAt).toBeGreaterThan(0);
  });

  it('renews its token at least three times without a failed call', async () => {
    const clock = createStubClock(Date.now());
    const before = tokenRequests;
    const source = clientOf(
      'basic',
      clientSecretBasic(() => 'secret'),
      { clock },
    ).for({
      resource: AUDIENCE,
      scope: SCOPE,
      origins: [api.origin],
    });
    const [statuses, tokens] = [new Set<number>(), new Set<string>()];
    for (let second = 0; second < 4 * LIFETIME_SECONDS; second += 1) {
      const calls = Array.from({ length: 10 }, () => source.fetch(`${api.origin}/sales`));
      for (const { status } of await Promise.all(calls)) statuses.add(status);
      tokens.add((await source.token()).value);
      clock.advance(1_000);
    }
    const names = events.map(({ event }) => event);
    expect(statuses).toEqual(new Set([200]));
    expect(names.slice(0, 4)).toEqual(['requested', 'renewed', 'renewed', 'renewed']);
    expect(names).toHaveLength(tokenRequests - before);
    expect(tokens.size).toBeGreaterThanOrEqual(4);
  });

  it('continues after a rotated secret without a restart', async () => {
    const secrets = ['secret', 'rotated'];
    await rotateSecret('rotated');
    const report = clientOf(
      'basic',
      clientSecretBasic(() => secrets.shift() ?? 'rotated'),
    );
    const { value } = await report.for({ resource: AUDIENCE }).token();
    await rotateSecret('secret');
    expect(decodeJwt(value)).toMatchObject({ client_id: 'basic' });
    expect(events).toMatchObject([
      { event: 'retried', reason: 'invalid_client' },
      { event: 'requested' },
    ]);
  });

  it.each<[string, [clientId: string, secret: string], TokenSourceOptions]>([
    ['invalid_client', ['basic', 'wrong'], { resource: AUDIENCE }],
    ['invalid_client', ['unknown', 'secret'], { resource: AUDIENCE }],
    ['invalid_scope', ['reader', 'secret'], { resource: AUDIENCE, scope: WRITE }],
    ['invalid_target', ['basic', 'secret'], { resource: 'https://api.example.org' }],
    // What RFC 6749 §5.2 calls unauthorized_client.
    ['invalid_request', ['no-grant', 'secret'], { resource: AUDIENCE }],
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
    const other = server.issuer.replace('127.0.0.1', 'localhost');
    const report = clientOf(
      'basic',
      clientSecretBasic(() => 'secret'),
      { issuer: other },
    );
    await expect(report.for({ resource: AUDIENCE }).token()).rejects.toMatchObject({
      code: 'ERR_TOKEN_CLIENT_REQUEST',
      reason: 'issuer',
    });
    expect(tokenRequests).toBe(before);
  });
});
