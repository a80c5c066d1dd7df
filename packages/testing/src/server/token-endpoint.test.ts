import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestIssuer, type TestIssuer, type TokenFault } from '../index.js';

const SECRET = 'p%+é/= :secret';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({
    alg: 'ES256',
    accessTokenLifetimeSeconds: 60,
    clients: [
      { clientId: 'reports', clientSecret: 'report-secret', scope: 'read:analytics read:users' },
      { clientId: 'a:b c', clientSecret: SECRET },
    ],
  });
});

afterEach(() => {
  issuer.fault('token', undefined);
});

afterAll(async () => {
  await issuer.close();
});

type Form = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

function encode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function basic(clientId: string, clientSecret: string): Record<string, string> {
  const pair = `${encode(clientId)}:${encode(clientSecret)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

async function ask(form: Form, headers: Record<string, string> = {}, query = ''): Promise<Answer> {
  const pairs = Array.isArray(form) ? (form as [string, string][]) : Object.entries(form);
  const body = new URLSearchParams(pairs);
  const response = await fetch(`${issuer.tokenEndpoint}${query}`, {
    method: 'POST',
    body,
    headers,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const GRANT = { grant_type: 'client_credentials' };
const REPORTS = basic('reports', 'report-secret');

function claimsOf({ body }: Answer): unknown {
  return decodeJwt((body as { access_token: string }).access_token);
}

describe('TestIssuer token endpoint, valid requests', () => {
  it('returns the token response of RFC 6749 §5.1', async () => {
    const answer = await ask({ ...GRANT, scope: 'read:analytics' }, REPORTS);
    expect(answer.body).toEqual({
      access_token: expect.stringMatching(/^[-\w]+\.[-\w]+\.[-\w]+$/),
      token_type: 'Bearer',
      expires_in: 60,
      scope: 'read:analytics',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    const now = Math.floor(issuer.clock() / 1000);
    expect(claimsOf(answer)).toMatchObject({
      sub: 'reports',
      client_id: 'reports',
      scope: 'read:analytics',
      aud: 'https://api.example.com',
      iat: now,
      exp: now + 60,
    });
  });

  it('grants all scopes of the client to a request without scope', async () => {
    const answer = await ask(GRANT, REPORTS);
    expect(answer.body).toMatchObject({ scope: 'read:analytics read:users' });
  });

  it.each([
    ['one', ['https://a.example'], 'https://a.example'],
    ['several', ['https://a.example', 'urn:b'], ['https://a.example', 'urn:b']],
  ])('issues a token for %s resource', async (_number, resources, aud) => {
    const form = [...Object.entries(GRANT), ...resources.map((r) => ['resource', r] as const)];
    expect(claimsOf(await ask(form, REPORTS))).toMatchObject({ aud });
  });

  it('grants any scope to a client without "scope"', async () => {
    const answer = await ask({ ...GRANT, scope: 'what:ever' }, basic('a:b c', SECRET));
    expect(answer.body).toMatchObject({ scope: 'what:ever' });
    expect((await ask(GRANT, basic('a:b c', SECRET))).body).not.toHaveProperty('scope');
  });

  it('accepts client_secret_post', async () => {
    const form = { ...GRANT, client_id: 'a:b c', client_secret: SECRET };
    expect((await ask(form)).status).toBe(200);
  });
});

describe('TestIssuer token endpoint, invalid requests', () => {
  it.each<[string, Form, Record<string, string>, string]>([
    ['no credentials', GRANT, {}, '401 invalid_client'],
    ['a wrong secret', GRANT, basic('reports', 'other'), '401 invalid_client'],
    ['an unknown client', GRANT, basic('other', 'report-secret'), '401 invalid_client'],
    ['broken form encoding', GRANT, { authorization: 'Basic JTol' }, '401 invalid_client'],
    ['no colon', GRANT, { authorization: 'Basic cmVwb3J0cw==' }, '401 invalid_client'],
    [
      'an assertion',
      { ...GRANT, client_assertion: 'x', client_assertion_type: 'y' },
      {},
      '401 invalid_client',
    ],
    ['two methods', { ...GRANT, client_secret: 'x' }, REPORTS, '400 invalid_request'],
    ['no grant type', {}, REPORTS, '400 invalid_request'],
    ['another grant', { grant_type: 'password' }, REPORTS, '400 unsupported_grant_type'],
    ['too much scope', { ...GRANT, scope: 'admin' }, REPORTS, '400 invalid_scope'],
    ['ill-formed scope', { ...GRANT, scope: 'a  b' }, REPORTS, '400 invalid_scope'],
    ['a relative resource', { ...GRANT, resource: '/api' }, REPORTS, '400 invalid_target'],
    [
      'a resource with a fragment',
      { ...GRANT, resource: 'https://a.example#x' },
      REPORTS,
      '400 invalid_target',
    ],
    [
      'a parameter twice',
      [
        ['grant_type', 'client_credentials'],
        ['scope', 'read:users'],
        ['scope', 'read:users'],
      ],
      REPORTS,
      '400 invalid_request',
    ],
  ])('refuses %s', async (_what, form, headers, refusal) => {
    const answer = await ask(form, headers);
    const [status, error] = refusal.split(' ');
    expect([String(answer.status), answer.body]).toEqual([status, { error }]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('challenges clients that use Basic', async () => {
    const { headers } = await ask(GRANT, basic('reports', 'other'));
    expect(headers.get('www-authenticate')).toBe('Basic realm="test issuer"');
    expect((await ask(GRANT)).headers.get('www-authenticate')).toBeNull();
  });

  it('refuses a query, another media type and another method', async () => {
    expect((await ask(GRANT, REPORTS, '?a=b')).body).toEqual({ error: 'invalid_request' });
    const json = { ...REPORTS, 'content-type': 'application/json' };
    expect((await ask(GRANT, json)).body).toEqual({ error: 'invalid_request' });
    const response = await fetch(issuer.tokenEndpoint);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('TestIssuer.requests.tokenRequests', () => {
  it('records the client authentication without secrets', async () => {
    const { length } = issuer.requests.tokenRequests;
    await ask({ ...GRANT, scope: 'read:users', resource: 'https://a.example' }, REPORTS);
    await ask({ ...GRANT, client_id: 'reports', client_secret: 'report-secret' });
    await ask({ client_assertion: 'x' }, {}, '?a');
    await ask({ client_secret: 'x' }, REPORTS);
    const [first, second, third, fourth] = issuer.requests.tokenRequests.slice(length);
    expect(first).toEqual({
      method: 'POST',
      contentType: 'application/x-www-form-urlencoded;charset=UTF-8',
      hasQuery: false,
      clientAuthentication: 'client_secret_basic',
      clientId: 'reports',
      grantType: 'client_credentials',
      scope: 'read:users',
      resource: ['https://a.example'],
    });
    expect(second).toMatchObject({ clientAuthentication: 'client_secret_post', resource: [] });
    expect(third).toMatchObject({ clientAuthentication: 'client_assertion', hasQuery: true });
    expect(fourth).toMatchObject({ clientAuthentication: 'several' });
    expect(JSON.stringify(issuer.requests)).not.toContain('report-secret');
  });
});

describe('TestIssuer token endpoint faults', () => {
  it.each<[TokenFault, object]>([
    [{ kind: 'noExpiresIn' }, { expires_in: undefined }],
    [{ kind: 'stringExpiresIn' }, { expires_in: '60' }],
    [{ kind: 'wrongTokenType' }, { token_type: 'mac' }],
    [{ kind: 'smallerScope' }, { scope: 'read:analytics' }],
    [
      { kind: 'members', members: { expires_in: -1, a: [1] } },
      { expires_in: -1, a: [1] },
    ],
  ])('%j', async (fault, expected) => {
    const good = { token_type: 'Bearer', expires_in: 60, scope: 'read:analytics read:users' };
    issuer.fault('token', fault);
    const { status, body } = await ask(GRANT, REPORTS);
    expect(status).toBe(200);
    expect(body).toEqual({ ...good, ...expected, access_token: expect.any(String) });
  });

  it('grants no scope for smallerScope without scopes', async () => {
    issuer.fault('token', { kind: 'smallerScope' });
    expect((await ask(GRANT, basic('a:b c', SECRET))).body).toMatchObject({ scope: '' });
  });

  it('do not change error responses', async () => {
    issuer.fault('token', { kind: 'noExpiresIn' });
    expect((await ask(GRANT)).body).toEqual({ error: 'invalid_client' });
  });

  it('send any OAuth error, once', async () => {
    const body = { error: 'invalid_target' };
    issuer.fault('token', { kind: 'status', status: 400, body, times: 1 });
    expect(await ask(GRANT, REPORTS)).toMatchObject({ status: 400, body });
    expect((await ask(GRANT, REPORTS)).status).toBe(200);
  });
});
