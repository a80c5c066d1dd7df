import { beforeAll, describe, expect, it } from 'vitest';
import {
  createProofKey,
  createTestIssuer,
  type OpaqueTokenOverrides,
  opaqueTokenShapes,
  type TestIssuer,
  type TokenOverrides,
} from '../index.js';

const audience = 'https://api.example.com';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false, alg: 'ES256', audience });
});

async function introspect(token: string): Promise<Readonly<Record<string, unknown>>> {
  const { clientId, clientSecret } = issuer.introspectionClient;
  const response = await issuer.fetch(issuer.introspectionEndpoint, {
    method: 'POST',
    body: new URLSearchParams({ token, client_id: clientId, client_secret: clientSecret() }),
  });
  return (await response.json()) as Record<string, unknown>;
}

describe('TestIssuer opaque()', () => {
  it('never issues the same token twice', async () => {
    const tokens = await Promise.all([issuer.opaque(), issuer.opaque()]);
    expect(new Set(tokens).size).toBe(2);
  });

  it('issues a token that begins with the prefix', async () => {
    expect(await issuer.opaque({ prefix: 'acme_' })).toMatch(/^acme_[-\w]{43}$/);
  });

  it('binds a token to a key, and its forged proofs are for tokens of the issuer', async () => {
    const key = createProofKey();
    const token = await issuer.opaque({ boundTo: key, prefix: 'acme_' });
    const request = { token, method: 'GET', url: `${audience}/v1` };
    expect(key.headers(request).authorization).toBe(`DPoP ${token}`);
    for (const name of ['longExponent', 'algNone'] as const) {
      const [, presented = ''] = key.headers[name](request).authorization.split(' ');
      expect(await introspect(presented)).toMatchObject({ active: true, token_type: 'DPoP' });
      expect(presented).toMatch(/^acme_/);
    }
  });

  it.each<[unknown, string]>([
    [{ header: {} }, 'an opaque token has no option "header"; an opaque token has no header'],
    [{ key: 'k' }, 'an opaque token has no option "key"; an opaque token is not signed'],
    [{ aud: audience }, 'an opaque token has no option "aud"; use "audience"'],
    [{ prefix: 'a b' }, 'option "prefix" must consist of characters of a bearer token'],
    [{ like: 'oru' }, 'option "like" must be one of curity, ory; did you mean "ory"?'],
    [{ scope: 7 }, 'option "scope" must be a string'],
  ])('rejects %j', async (overrides, message) => {
    await expect(issuer.opaque(overrides as OpaqueTokenOverrides)).rejects.toThrow(message);
  });
});

describe('TestIssuer mint() and bearer() with the format opaque', () => {
  it('issue opaque tokens', async () => {
    const token = await issuer.mint({ format: 'opaque', scope: 'read', prefix: 'acme_' });
    expect(token).toMatch(/^acme_[-\w]{43}$/);
    expect(await introspect(token)).toMatchObject({ active: true, scope: 'read' });
    expect(issuer.bearer({ format: 'opaque' }).authorization).toMatch(/^Bearer [-\w]{43}$/);
  });

  it('issue JWTs with the format jwt', async () => {
    expect((await issuer.mint({ format: 'jwt' })).split('.')).toHaveLength(3);
  });

  it.each<[unknown, string]>([
    [{ format: 'jwe' }, 'option "format" must be "jwt" or "opaque"'],
    [{ format: 'opaque', key: 'key-1' }, 'an opaque token has no option "key"'],
    [{ format: 'opaque', like: 'auth0' }, 'option "like" must be one of curity, ory'],
  ])('reject %j', async (overrides, message) => {
    await expect(issuer.mint(overrides as TokenOverrides)).rejects.toThrow(message);
  });
});

describe('opaqueTokenShapes', () => {
  it.each(opaqueTokenShapes)('$name: $explanation', async ({ name, prefix }) => {
    const token = await issuer.opaque({ like: name, scope: 'read', subject: 'ann' });
    expect(token.startsWith(prefix)).toBe(true);
    expect(await introspect(token)).toMatchObject({
      active: true,
      iss: issuer.issuer,
      sub: 'ann',
      client_id: 'test-client',
      scope: 'read',
      aud: [audience],
    });
  });

  it('have the spellings of their servers', async () => {
    expect(await issuer.opaque({ like: 'ory' })).toMatch(/^ory_at_[-\w]{43}\.[-\w]{43}$/);
    expect(await issuer.opaque({ like: 'curity' })).toMatch(/^_0XBPWQQ_[-0-9a-f]{36}$/);
  });

  it('keep their token types, unless the token is bound to a key', async () => {
    const ofBearer = await introspect(await issuer.opaque({ like: 'curity' }));
    expect(ofBearer).toMatchObject({ token_type: 'bearer', purpose: 'access_token' });
    const bound = await issuer.opaque({ like: 'curity', boundTo: createProofKey() });
    expect(await introspect(bound)).toMatchObject({ token_type: 'DPoP' });
  });
});
