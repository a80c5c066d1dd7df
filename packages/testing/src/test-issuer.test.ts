import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createTestClock,
  createTestIssuer,
  SIGNING_ALGORITHMS,
  type TestIssuer,
  type TestIssuerOptions,
} from './index.js';

const opened: TestIssuer[] = [];

async function open(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const issuer = await createTestIssuer({ alg: 'ES256', ...options });
  opened.push(issuer);
  return issuer;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((issuer) => issuer.close()));
});

/** Verifies a token with jose, which fetches the JWKS over HTTP. */
async function verify(issuer: TestIssuer, token: string): Promise<JWTPayload> {
  const { audience, clock } = issuer.options();
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(issuer.jwksUri)), {
    issuer: issuer.issuer,
    audience,
    typ: 'at+jwt',
    currentDate: new Date(clock()),
    requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti'],
  });
  return payload;
}

describe('TestIssuer.mint', () => {
  it.each(SIGNING_ALGORITHMS)('signs a token that jose accepts, with %s', async (alg) => {
    const issuer = await open({ alg });
    const token = await issuer.mint({ scope: 'read:analytics' });
    await expect(verify(issuer, token)).resolves.toMatchObject({ scope: 'read:analytics' });
    expect(decodeProtectedHeader(token)).toEqual({ typ: 'at+jwt', alg, kid: 'key-1' });
  });

  it.each(SIGNING_ALGORITHMS)('signs a token with a "crit" header, with %s', async (alg) => {
    const issuer = await open({ alg });
    const token = await issuer.mint({ header: { crit: ['x-known'], 'x-known': 1 } });
    const keys = createRemoteJWKSet(new URL(issuer.jwksUri));
    const { protectedHeader } = await jwtVerify(token, keys, { crit: { 'x-known': true } });
    expect(protectedHeader).toMatchObject({ alg, 'x-known': 1 });
  });

  it('writes the claims of RFC 9068', async () => {
    const issuer = await open({ clock: createTestClock(1_800_000_000_500) });
    const claims = decodeJwt(await issuer.mint({ scope: 'a b', clientId: 'reports' }));
    expect(claims).toEqual({
      iss: issuer.issuer,
      sub: 'reports',
      aud: 'https://api.example.com',
      client_id: 'reports',
      scope: 'a b',
      iat: 1_800_000_000,
      exp: 1_800_000_300,
      jti: expect.stringMatching(/^[-0-9a-f]{36}$/),
    });
  });

  it('applies overrides', async () => {
    const issuer = await open({ audience: 'https://a.example', accessTokenLifetimeSeconds: 60 });
    const token = await issuer.mint({
      audience: ['https://b.example', 'https://c.example'],
      subject: 'alice',
      expiresInSeconds: -5,
      header: { typ: 'JWT', kid: undefined, 'x-extra': 1 },
      claims: { jti: undefined, roles: ['admin'] },
    });
    const iat = Math.floor(issuer.clock() / 1000);
    expect(decodeProtectedHeader(token)).toEqual({ typ: 'JWT', alg: 'ES256', 'x-extra': 1 });
    expect(decodeJwt(token)).toEqual({
      iss: issuer.issuer,
      sub: 'alice',
      aud: ['https://b.example', 'https://c.example'],
      client_id: 'test-client',
      iat,
      exp: iat - 5,
      roles: ['admin'],
    });
    const plain = decodeJwt(await issuer.mint());
    expect(plain).toMatchObject({ aud: 'https://a.example', exp: iat + 60 });
  });

  it('rejects an unknown override', async () => {
    const issuer = await open();
    const misspelt = { scopes: 'read' } as object;
    await expect(issuer.mint(misspelt)).rejects.toThrow(
      'a token has no option "scopes"; did you mean "scope"?',
    );
  });

  it('expires tokens by the clock', async () => {
    const issuer = await open();
    const token = await issuer.mint();
    issuer.clock.advance(299_000);
    await verify(issuer, token);
    issuer.clock.advance(2_000);
    await expect(verify(issuer, token)).rejects.toThrow('"exp" claim timestamp check failed');
  });
});

describe('TestIssuer arguments', () => {
  const issuer = createTestIssuer({ alg: 'ES256', listen: false });

  it.each<[string, unknown, string | RegExp]>([
    ['options', { aud: 'x' }, 'issuer.options() has no option "aud"; did you mean "audience"?'],
    [
      'options',
      { scopes: ['a'] },
      /; pass it to the resource server: \{ \.\.\.issuer\.options\(\), scopes \}$/,
    ],
    ['options', { audience: ['x'] }, 'option "audience" must be a non-empty string'],
    ['options', 'x', 'issuer.options() expects an options object'],
    ['bearer', { scope: ['a'] }, /^option "scope" must be a string of space-delimited scopes/],
    ['bearer', { audience: 7 }, /^option "audience" must be a string or an array of strings/],
    ['bearer', { clientId: 7 }, /^option "clientId" must be a string/],
    ['bearer', { subject: null }, /^option "subject" must be a string/],
    ['bearer', { expiresInSeconds: '60' }, /^option "expiresInSeconds" must be a number/],
    ['bearer', { expiresInSeconds: NaN }, /^option "expiresInSeconds" must be a number/],
    ['bearer', { claims: 'a' }, 'option "claims" must be an object'],
    ['bearer', { header: [] }, 'option "header" must be an object'],
    ['bearer', { key: 7 }, 'option "key" must be the "kid" of a key'],
    ['bearer', { aud: 'x' }, 'a token has no option "aud"; use "audience"'],
    ['mint', { sub: 'ann' }, 'a token has no option "sub"; use "subject"'],
    ['mint', { scope: ['a'] }, /^option "scope" must be a string/],
    ['rotateKey', { kid: 7 }, 'option "kid" must be a string'],
    ['rotateKey', { keepOld: 'no' }, 'option "keepOld" must be a boolean'],
  ])('rejects an invalid argument: %s(%j)', async (name, given, message) => {
    const member = (await issuer)[name as 'mint'] as (given: unknown) => unknown;
    await expect((async () => await member(given))()).rejects.toThrow(message);
  });

  it('rejects invalid overrides of forged tokens', async () => {
    const { forge, bearer } = await issuer;
    const scope = ['a'] as unknown as string;
    await expect(forge.expired({ scope })).rejects.toThrow('option "scope" must be a string');
    expect(() => bearer.expired({ scope })).toThrow('option "scope" must be a string');
  });

  it('accepts any value in "claims"', async () => {
    const { bearer } = await issuer;
    expect(() => bearer({ claims: { scope: ['a'], aud: 7, exp: null } })).not.toThrow();
  });
});

describe('TestIssuer.options', () => {
  it('returns the issuer, the audience and the clock', async () => {
    const issuer = await open({ path: '/t1' });
    const trust = issuer.options({ audience: 'https://a.example' });
    expect(trust).toEqual({
      issuer: issuer.issuer,
      audience: 'https://a.example',
      clock: issuer.clock,
    });
    expect(issuer.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/t1$/);
    expect(trust.clock()).toBe(issuer.clock.now());
  });

  it.each([
    [{ audiences: 'a' }, 'createTestIssuer has no option "audiences"; did you mean "audience"?'],
    [{ alg: 'RS265' }, /^option "alg" must be one of RS256, .*; did you mean "RS256"\?$/],
    [{ path: 't1' }, 'option "path" must start with "/" and have no query and no fragment'],
    [{ path: '/t1?a' }, 'option "path" must start with "/" and have no query and no fragment'],
    [{ audience: '' }, 'option "audience" must be a non-empty string'],
    [{ clients: {} }, 'option "clients" must be an array of clients'],
    [{ etag: 'no' }, 'option "etag" must be a boolean'],
    [
      { accessTokenLifetimeSeconds: '300' },
      'option "accessTokenLifetimeSeconds" must be a number greater than 0',
    ],
    [
      { clients: [{ clientId: 'a', clientSecret: 'b', scope: ['read'] }] },
      'option "clients[].scope" must be a string of space-delimited scopes',
    ],
    [{ clock: 5 }, 'option "clock" must be a clock; create one with createTestClock()'],
    [
      { accessTokenLifetimeSeconds: 0 },
      'option "accessTokenLifetimeSeconds" must be a number greater than 0',
    ],
    [
      { clients: [{ clientId: 'a', clientSecrt: 'b' }] },
      'a client has no option "clientSecrt"; did you mean "clientSecret"?',
    ],
    [
      { clients: [{ clientId: 'a', clientSecret: '' }] },
      'option "clients[].clientSecret" must be a non-empty string',
    ],
  ])('rejects createTestIssuer(%j)', async (options, message) => {
    await expect(createTestIssuer(options as TestIssuerOptions)).rejects.toThrow(message);
  });

  it('treats undefined as absent', async () => {
    const issuer = await open({ audience: undefined, path: undefined, clients: undefined });
    expect(issuer.options().audience).toBe('https://api.example.com');
  });
});

describe('TestIssuer keys', () => {
  it('publishes only public members', async () => {
    const issuer = await open();
    expect(await issuer.publicKeys()).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        kid: 'key-1',
        alg: 'ES256',
        use: 'sig',
        x: expect.any(String),
        y: expect.any(String),
      },
    ]);
  });

  it('signs with a new key after a rotation and keeps the old one published', async () => {
    const issuer = await open();
    const old = await issuer.mint();
    const jwk = await issuer.rotateKey();
    const token = await issuer.mint();
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', kid: 'key-2' });
    expect((await issuer.publicKeys()).map(({ kid }) => kid)).toEqual(['key-1', 'key-2']);
    expect((await issuer.publicKeys())[1]).toEqual(jwk);
    await verify(issuer, old);
    await verify(issuer, token);
  });

  it('rotates to another algorithm and "kid" without keeping the old key', async () => {
    const issuer = await open();
    const old = await issuer.mint();
    await issuer.rotateKey({ alg: 'Ed25519', kid: 'fresh', keepOld: false });
    expect((await issuer.publicKeys()).map(({ kid, alg }) => [kid, alg])).toEqual([
      ['fresh', 'Ed25519'],
    ]);
    await verify(issuer, await issuer.mint());
    await expect(verify(issuer, old)).rejects.toThrow('no applicable key found');
  });

  it('signs with a withdrawn key on request', async () => {
    const issuer = await open();
    await issuer.rotateKey();
    issuer.withdrawKey('key-1');
    const token = await issuer.mint({ key: 'key-1' });
    expect(decodeProtectedHeader(token).kid).toBe('key-1');
    await expect(verify(issuer, token)).rejects.toThrow('no applicable key found');
    await verify(issuer, await issuer.mint());
  });

  it('rejects an unknown "kid" and one that is already in use', async () => {
    const issuer = await open();
    expect(() => {
      issuer.withdrawKey('key1');
    }).toThrow('unknown key "key1"; did you mean "key-1"?');
    await expect(issuer.mint({ key: 'other' })).rejects.toThrow('unknown key "other"');
    await expect(issuer.rotateKey({ kid: 'key-1' })).rejects.toThrow(
      'key "key-1" already exists; use another "kid"',
    );
    await expect(issuer.rotateKey({ keepold: true } as object)).rejects.toThrow(
      'rotateKey has no option "keepold"; did you mean "keepOld"?',
    );
  });

  it('chooses an unused "kid" for each key', async () => {
    const issuer = await open();
    await issuer.rotateKey({ kid: 'key-2' });
    expect((await issuer.rotateKey()).kid).toBe('key-3');
  });

  it('publishes any JSON document instead of the keys', async () => {
    const issuer = await open();
    for (const document of [{ keys: [] }, null, 'text', [1]]) {
      issuer.publishJwks(document);
      expect(await (await fetch(issuer.jwksUri)).json()).toEqual(document);
    }
    const changed = { keys: [1] };
    issuer.publishJwks(changed);
    changed.keys.push(2);
    expect(await (await fetch(issuer.jwksUri)).json()).toEqual({ keys: [1] });
    expect(() => {
      issuer.publishJwks({ keys: [1n] });
    }).toThrow(TypeError);
    issuer.publishJwks(undefined);
    await verify(issuer, await issuer.mint());
  });
});

describe('TestIssuer lifecycle', () => {
  it('stops and starts on the same port', async () => {
    const issuer = await open();
    await issuer.stop();
    await issuer.stop();
    await expect(fetch(issuer.jwksUri)).rejects.toThrow('fetch failed');
    await issuer.start();
    await issuer.start();
    expect((await fetch(issuer.jwksUri)).status).toBe(200);
    expect(issuer.requests.jwks).toBe(1);
  });

  it('cannot start after close', async () => {
    const issuer = await open();
    await issuer.close();
    await issuer.close();
    await expect(issuer.start()).rejects.toThrow('the issuer is closed; create a new one');
  });

  it('shares no key with another issuer', async () => {
    const [one, other] = [await open(), await open()];
    const stolen = await other.mint({ claims: { iss: one.issuer } });
    await expect(verify(one, stolen)).rejects.toThrow('signature verification failed');
  });
});
