import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.js';

const API = 'https://api.example';
const reporter = { clientId: 'reporter', clientSecret: 'secret-of-this-test', scope: 'read' };
const field = { ...reporter, clientId: 'field', hasOpaqueTokens: true };
const api = { clientId: 'api', clientSecret: 'the-secret-of-the-api' };
const admin = { clientId: 'admin', clientSecret: 'another-secret', scope: 'read write' };

let server: AuthorizationServer;

beforeEach(async () => {
  server = await startAuthorizationServer({
    clients: [reporter, admin, field],
    introspectingApi: api,
    resources: [API],
    scope: 'read write',
  });
});

afterEach(() => server.stop());

describe('startAuthorizationServer', () => {
  it('issues a JWT access token for one resource by the client credentials grant', async () => {
    const answer = await requestToken(reporter, { scope: 'read', resource: API });
    expect(answer).toEqual({
      access_token: expect.any(String),
      expires_in: 300,
      scope: 'read',
      token_type: 'Bearer',
    });
    const token = String(answer['access_token']);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', kid: 'key-1', typ: 'at+jwt' });
    expect(decodeJwt(token)).toMatchObject({
      iss: server.issuer,
      aud: API,
      sub: 'reporter',
      client_id: 'reporter',
      scope: 'read',
    });
  });

  it('issues an opaque token, which it describes until it is revoked', async () => {
    const answer = await requestToken(field, { scope: 'read', resource: API });
    const token = String(answer['access_token']);
    expect(token).not.toContain('.');
    const active = {
      active: true,
      iss: server.issuer,
      aud: API,
      client_id: 'field',
      scope: 'read',
    };
    expect(await post('/token/introspection', api, { token })).toMatchObject(active);
    await post('/token/revocation', field, { token });
    expect(await post('/token/introspection', api, { token })).toEqual({ active: false });
  });

  it('grants every scope that the client may request', async () => {
    const answer = await requestToken(admin, { scope: 'read write', resource: API });
    expect(answer['scope']).toBe('read write');
  });

  it.each([
    {
      what: 'a scope that the client may not request',
      request: { scope: 'write' },
      error: 'invalid_scope',
    },
    {
      what: 'an unknown API',
      request: { resource: 'https://other.example' },
      error: 'invalid_target',
    },
    { what: 'a wrong secret', secret: 'guess', request: {}, error: 'invalid_client' },
  ])('refuses $what', async ({ secret, request, error }) => {
    const client = { ...reporter, clientSecret: secret ?? reporter.clientSecret };
    const answer = await requestToken(client, { scope: 'read', resource: API, ...request });
    expect(answer['error']).toBe(error);
  });

  it('signs with a new key after a rotation and publishes the old one', async () => {
    server.rotateKeys();
    const answer = await requestToken(reporter, { scope: 'read', resource: API });
    expect(decodeProtectedHeader(String(answer['access_token'])).kid).toBe('key-2');
    const jwks = await getJson('/jwks');
    expect(jwks['keys']).toEqual([
      expect.objectContaining({ kid: 'key-2', kty: 'EC' }),
      expect.objectContaining({ kid: 'key-1', kty: 'EC' }),
    ]);
    expect(JSON.stringify(jwks)).not.toContain('"d"');
  });

  it('publishes its metadata', async () => {
    const metadata = await getJson('/.well-known/oauth-authorization-server');
    expect(metadata).toMatchObject({
      issuer: server.issuer,
      jwks_uri: `${server.issuer}/jwks`,
      token_endpoint: `${server.issuer}/token`,
      grant_types_supported: ['client_credentials'],
    });
  });

  it('refuses connections after stop', async () => {
    await server.stop();
    await expect(fetch(`${server.issuer}/jwks`)).rejects.toThrow('fetch failed');
  });
});

interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

function requestToken(
  client: Credentials,
  parameters: Record<string, string>,
): Promise<Record<string, unknown>> {
  return post('/token', client, { grant_type: 'client_credentials', ...parameters });
}

async function post(
  path: string,
  { clientId, clientSecret }: Credentials,
  parameters: Record<string, string>,
): Promise<Record<string, unknown>> {
  const response = await fetch(server.issuer + path, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams(parameters),
  });
  const text = await response.text();
  return text === '' ? {} : parseObject(JSON.parse(text));
}

async function getJson(path: string): Promise<Record<string, unknown>> {
  return parseObject(await (await fetch(server.issuer + path)).json());
}

function parseObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new TypeError('the response must be a JSON object');
  return { ...value };
}
