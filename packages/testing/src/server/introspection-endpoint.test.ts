import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createEncryptionKey,
  createProofKey,
  createTestCertificate,
  createTestIssuer,
  type TestIssuer,
} from '../index.js';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({
    alg: 'ES256',
    accessTokenLifetimeSeconds: 60,
    clients: [{ clientId: 'a:b c', clientSecret: 'p%+é/= :secret' }],
  });
});

afterEach(() => {
  issuer.fault('introspection', undefined);
  issuer.setHeaders('introspection', undefined);
});

afterAll(async () => {
  await issuer.close();
});

interface Question {
  readonly form?: Readonly<Record<string, string>> | readonly (readonly string[])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

function basic(clientId: string, clientSecret: string): Record<string, string> {
  const encoded = [clientId, clientSecret].map((part) => encodeURIComponent(part));
  return { authorization: `Basic ${Buffer.from(encoded.join(':')).toString('base64')}` };
}

function own(): Record<string, string> {
  const { clientId, clientSecret } = issuer.introspectionClient;
  return basic(clientId, clientSecret());
}

async function post({ form = {}, headers = own(), query = '' }: Question): Promise<Response> {
  const pairs = Array.isArray(form) ? (form as string[][]) : Object.entries(form);
  const body = new URLSearchParams(pairs as [string, string][]);
  return fetch(`${issuer.introspectionEndpoint}${query}`, { method: 'POST', body, headers });
}

async function ask(token: string): Promise<unknown> {
  const response = await post({ form: { token } });
  expect(response.status).toBe(200);
  return response.json();
}

const SIGNED = 'application/token-introspection+jwt';

async function askSigned(token: string): Promise<Response> {
  return post({ form: { token }, headers: { ...own(), accept: SIGNED } });
}

describe('TestIssuer introspection endpoint, JSON responses', () => {
  it('describes an opaque token', async () => {
    const token = await issuer.opaque({ scope: 'read:analytics', subject: 'ann' });
    const now = Math.floor(issuer.clock() / 1000);
    expect(token).toMatch(/^[-\w]{43}$/);
    expect(await ask(token)).toEqual({
      active: true,
      iss: issuer.issuer,
      sub: 'ann',
      aud: 'https://api.example.com',
      client_id: 'test-client',
      scope: 'read:analytics',
      token_type: 'Bearer',
      iat: now,
      exp: now + 60,
      jti: expect.any(String),
    });
  });

  it('describes a JWT of the issuer, signed by any of its keys', async () => {
    const token = await issuer.mint({ scope: 'read:users' });
    await issuer.rotateKey({ keepOld: false });
    expect(await ask(token)).toMatchObject({
      active: true,
      scope: 'read:users',
      token_type: 'Bearer',
    });
    expect(await ask(await issuer.mint())).toMatchObject({ active: true });
  });

  it('describes an encrypted token of the issuer, until it is revoked', async () => {
    const token = await issuer.mint({ encryptTo: createEncryptionKey() });
    expect(await ask(token)).toMatchObject({ active: true, iss: issuer.issuer });
    issuer.revoke(token);
    expect(await ask(token)).toEqual({ active: false });
  });

  it.each([
    ['a DPoP key', () => createProofKey(), 'jkt', 'DPoP'],
    ['a certificate', () => createTestCertificate(), 'x5t#S256', 'Bearer'],
  ] as const)('describes a token that is bound to %s', async (_what, create, member, type) => {
    const boundTo = create();
    const answer = await ask(await issuer.opaque({ boundTo }));
    expect(answer).toMatchObject({ token_type: type, cnf: { [member]: boundTo.thumbprint } });
  });

  it('applies claims last, and removes those that are undefined', async () => {
    const answer = await ask(
      await issuer.opaque({ claims: { aud: undefined, acr: 'phr', exp: 'x' } }),
    );
    expect(answer).toMatchObject({ active: true, acr: 'phr', exp: 'x' });
    expect(answer).not.toHaveProperty('aud');
  });

  it('accepts client_secret_post and clients of the issuer', async () => {
    const token = await issuer.opaque();
    const { clientId, clientSecret } = issuer.introspectionClient;
    const form = { token, client_id: clientId, client_secret: clientSecret() };
    expect(await (await post({ form, headers: {} })).json()).toMatchObject({ active: true });
    const headers = basic('a:b c', 'p%+é/= :secret');
    expect(await (await post({ form: { token }, headers })).json()).toMatchObject({ active: true });
  });
});

describe('TestIssuer introspection endpoint, inactive tokens', () => {
  it.each([
    ['an unknown token', () => Promise.resolve('unknown')],
    ['an empty token', () => Promise.resolve('')],
    ['an expired opaque token', () => issuer.opaque({ expiresInSeconds: 0 })],
    ['an opaque token that is not valid yet', () => issuer.opaque({ claims: { nbf: 9e9 } })],
    ['an expired JWT', () => issuer.forge.expired()],
    ['a JWT with altered claims', () => issuer.forge.tampered()],
    ['a JWT of an attacker', () => issuer.forge.foreignKey()],
    ['a JWT with another issuer', () => issuer.mint({ claims: { iss: 'https://other.example' } })],
  ])('says only that %s is not active', async (_what, make) => {
    expect(await ask(await make())).toEqual({ active: false });
  });

  it.each([
    ['an opaque token', () => issuer.opaque()],
    ['a JWT', () => issuer.mint()],
  ])('says that %s is not active once it is revoked', async (_what, make) => {
    const token = await make();
    const other = await make();
    expect(await ask(token)).toMatchObject({ active: true });
    issuer.revoke(token);
    expect(await ask(token)).toEqual({ active: false });
    expect(await ask(other)).toMatchObject({ active: true });
  });

  it('says that an opaque token is not active when it expires', async () => {
    const token = await issuer.opaque({ expiresInSeconds: 10 });
    issuer.clock.advance(9_000);
    expect(await ask(token)).toMatchObject({ active: true });
    issuer.clock.advance(1_000);
    expect(await ask(token)).toEqual({ active: false });
  });

  it('revoke() throws for a token of another issuer', () => {
    expect(() => {
      issuer.revoke('unknown');
    }).toThrow(new TypeError('issuer.revoke() requires a token of this issuer'));
  });
});

describe('TestIssuer introspection endpoint, invalid requests', () => {
  it.each<readonly [string, Question, number, string]>([
    ['no credentials', { form: { token: 't' }, headers: {} }, 401, 'invalid_client'],
    [
      'a wrong secret',
      { form: { token: 't' }, headers: basic('a:b c', 'x') },
      401,
      'invalid_client',
    ],
    ['no token', {}, 400, 'invalid_request'],
    [
      'two tokens',
      {
        form: [
          ['token', 'a'],
          ['token', 'b'],
        ],
      },
      400,
      'invalid_request',
    ],
    ['a query', { form: { token: 't' }, query: '?token=t' }, 400, 'invalid_request'],
    ['two credentials', { form: { token: 't', client_secret: 's' } }, 400, 'invalid_request'],
  ])('refuses a request with %s', async (_what, question, status, error) => {
    const response = await post(question);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error });
  });

  it('refuses GET', async () => {
    const response = await fetch(issuer.introspectionEndpoint);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('TestIssuer introspection endpoint, signed responses', () => {
  it('signs the response of RFC 9701 §5', async () => {
    const response = await askSigned(await issuer.opaque({ scope: 'read:users' }));
    expect(response.headers.get('content-type')).toBe(SIGNED);
    const jwt = await response.text();
    const { payload, protectedHeader } = await jwtVerify(
      jwt,
      createRemoteJWKSet(new URL(issuer.jwksUri)),
      { typ: 'token-introspection+jwt', issuer: issuer.issuer, audience: 'test-resource-server' },
    );
    expect(protectedHeader.alg).toBe('ES256');
    expect(Object.keys(payload).sort()).toEqual(['aud', 'iat', 'iss', 'token_introspection']);
    expect(payload['token_introspection']).toMatchObject({ active: true, scope: 'read:users' });
  });

  it('signs the response about an unknown token', async () => {
    const jwt = await (await askSigned('unknown')).text();
    const { payload } = await jwtVerify(jwt, createRemoteJWKSet(new URL(issuer.jwksUri)));
    expect(payload['token_introspection']).toEqual({ active: false });
  });
});

describe('TestIssuer introspection endpoint, faults', () => {
  it('inactive: says that every token is not active', async () => {
    issuer.fault('introspection', { kind: 'inactive' });
    expect(await ask(await issuer.opaque())).toEqual({ active: false });
  });

  it('members: changes members, in signed responses before the signature', async () => {
    const token = await issuer.opaque();
    issuer.fault('introspection', { kind: 'members', members: { active: 'true', iss: undefined } });
    const answer = await ask(token);
    expect(answer).toMatchObject({ active: 'true' });
    expect(answer).not.toHaveProperty('iss');
    const { payload } = await jwtVerify(
      await (await askSigned(token)).text(),
      createRemoteJWKSet(new URL(issuer.jwksUri)),
    );
    expect(payload['token_introspection']).toMatchObject({ active: 'true' });
  });

  it('unsigned: ignores the Accept field', async () => {
    issuer.fault('introspection', { kind: 'unsigned' });
    const response = await askSigned(await issuer.opaque());
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ active: true });
  });

  it('signed: changes the header and the claims of the JWT', async () => {
    issuer.fault('introspection', {
      kind: 'signed',
      header: { typ: 'JWT' },
      claims: { aud: 'other', active: true, iat: undefined },
    });
    const jwt = await (await askSigned(await issuer.opaque())).text();
    const { payload } = await jwtVerify(jwt, createRemoteJWKSet(new URL(issuer.jwksUri)));
    expect(decodeProtectedHeader(jwt).typ).toBe('JWT');
    expect(payload).toMatchObject({ aud: 'other', active: true });
    expect(payload).not.toHaveProperty('iat');
  });

  it('body: sends text that no JSON serializer writes', async () => {
    const body = '{"active":true,"active":false}';
    issuer.fault('introspection', [
      { kind: 'body', body },
      { kind: 'body', body, mediaType: 'text/plain' },
    ]);
    const token = await issuer.opaque();
    const answers = [await post({ form: { token } }), await post({ form: { token } })];
    expect(answers.map(({ headers }) => headers.get('content-type'))).toEqual([
      'application/json',
      'text/plain',
    ]);
    expect(await answers[0]?.text()).toBe(body);
  });

  it('status: sends the header fields of an overloaded server', async () => {
    issuer.fault('introspection', { kind: 'status', status: 429, headers: { 'retry-after': '7' } });
    const response = await post({ form: { token: 't' } });
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('are available only for this endpoint', () => {
    expect(() => {
      issuer.fault('jwks', { kind: 'inactive' } as never);
    }).toThrow(new TypeError('fault "inactive" is available only for "introspection"'));
    expect(() => {
      issuer.fault('introspection', { kind: 'body' } as never);
    }).toThrow('option "body" must be a string');
  });
});

describe('TestIssuer introspection endpoint, requests', () => {
  it('records requests without tokens and secrets', async () => {
    const before = issuer.requests.introspection;
    const token = await issuer.opaque();
    await post({ form: { token, token_type_hint: 'access_token' } });
    await post({ form: { token: 'unknown' } });
    await post({ form: { token }, headers: {} });
    expect(issuer.requests.introspection - before).toBe(3);
    const records = issuer.requests.introspectionRequests.slice(-3);
    expect(records).toEqual([
      {
        method: 'POST',
        contentType: 'application/x-www-form-urlencoded;charset=UTF-8',
        accept: '*/*',
        hasQuery: false,
        clientAuthentication: 'client_secret_basic',
        clientId: 'test-resource-server',
        tokenTypeHint: 'access_token',
        active: true,
      },
      expect.objectContaining({ active: false, tokenTypeHint: undefined }),
      expect.objectContaining({
        active: undefined,
        clientAuthentication: 'none',
        clientId: undefined,
      }),
    ]);
    expect(JSON.stringify(records)).not.toContain(token);
  });

  it('adds header fields to responses', async () => {
    issuer.setHeaders('introspection', { 'x-served-by': 'node-2' });
    expect((await post({ form: { token: 't' } })).headers.get('x-served-by')).toBe('node-2');
  });

  it('names the endpoint in the metadata', async () => {
    const metadata = await fetch(`${issuer.issuer}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).toMatchObject({
      introspection_endpoint: issuer.introspectionEndpoint,
      introspection_endpoint_auth_methods_supported: expect.arrayContaining([
        'client_secret_basic',
      ]),
      introspection_signing_alg_values_supported: expect.arrayContaining(['ES256']),
    });
  });

  it('answers the fetch of an issuer without a socket', async () => {
    const silent = await createTestIssuer({ listen: false, alg: 'ES256' });
    const { clientId, clientSecret } = silent.introspectionClient;
    const response = await silent.fetch(silent.introspectionEndpoint, {
      method: 'POST',
      body: new URLSearchParams({ token: await silent.opaque({ prefix: 'ory_at_' }) }),
      headers: basic(clientId, clientSecret()),
    });
    expect(await response.json()).toMatchObject({ active: true });
  });
});
