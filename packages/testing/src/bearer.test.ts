import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTestIssuer, forgeries, type TestIssuer } from './index.js';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ alg: 'ES256', listen: false });
});

function tokenOf({ authorization }: { readonly authorization: string }): string {
  const [, token = ''] = /^Bearer (\S+)$/.exec(authorization) ?? [];
  return token;
}

describe('bearer', () => {
  it('makes headers with a good token, at once', () => {
    const headers = issuer.bearer({ scope: 'read' });
    expect(Object.keys(headers)).toEqual(['authorization']);
    expect(decodeJwt(tokenOf(headers))).toMatchObject({ iss: issuer.issuer, scope: 'read' });
  });

  it.each(forgeries)('makes headers with a token that $explanation: $name', ({ name }) => {
    expect(tokenOf(issuer.bearer[name]())).not.toBe('');
  });

  it('makes a token that says what it is told to and is forged in one way', () => {
    const claims = decodeJwt(
      tokenOf(issuer.bearer.expired({ scope: 'read', clientId: 'reports' })),
    );
    expect(claims).toMatchObject({ scope: 'read', client_id: 'reports' });
    expect(claims.exp).toBeLessThan(issuer.clock() / 1000);
  });

  it('follows a rotation', async () => {
    const rotating = await createTestIssuer({ alg: 'ES256', listen: false });
    const before = rotating.bearer();
    await rotating.rotateKey();
    const kidOf = (headers: { authorization: string }): unknown =>
      JSON.parse(Buffer.from(tokenOf(headers).split('.')[0] ?? '', 'base64url').toString());
    expect([kidOf(before), kidOf(rotating.bearer())]).toEqual([
      { typ: 'at+jwt', alg: 'ES256', kid: 'key-1' },
      { typ: 'at+jwt', alg: 'ES256', kid: 'key-2' },
    ]);
  });

  it('throws at once what it does not know', () => {
    expect(() => issuer.bearer({ scopes: 'read' } as object)).toThrow(
      new TypeError('a token has no option "scopes"; did you mean "scope"?'),
    );
  });
});

describe('options', () => {
  const audienceOf = (trusted: TestIssuer): unknown => decodeJwt(tokenOf(trusted.bearer())).aud;

  it('names the audience of tokens that name none, the first time', async () => {
    const trusted = await createTestIssuer({ alg: 'ES256', listen: false });
    expect(audienceOf(trusted)).toBe('https://api.example.com');
    expect(trusted.options({ audience: 'https://a.example' }).audience).toBe('https://a.example');
    expect(audienceOf(trusted)).toBe('https://a.example');
    expect(trusted.options({ audience: 'https://b.example' }).audience).toBe('https://b.example');
    expect(audienceOf(trusted)).toBe('https://a.example');
    expect(trusted.options().audience).toBe('https://a.example');
  });

  it('leaves the tokens of an issuer with an audience of its own alone', async () => {
    const audience = 'https://own.example';
    const trusted = await createTestIssuer({ alg: 'ES256', listen: false, audience });
    trusted.options({ audience: 'https://b.example' });
    expect(audienceOf(trusted)).toBe(audience);
    expect(trusted.options().audience).toBe(audience);
  });
});
