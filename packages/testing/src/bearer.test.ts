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

describe('TestIssuer.bearer', () => {
  it('creates headers with a valid token', () => {
    const headers = issuer.bearer({ scope: 'read' });
    expect(Object.keys(headers)).toEqual(['authorization']);
    expect(decodeJwt(tokenOf(headers))).toMatchObject({ iss: issuer.issuer, scope: 'read' });
  });

  it.each(forgeries)('creates headers with a token that $explanation: $name', ({ name }) => {
    expect(tokenOf(issuer.bearer[name]())).not.toBe('');
  });

  it('applies overrides to forged tokens', () => {
    const claims = decodeJwt(
      tokenOf(issuer.bearer.expired({ scope: 'read', clientId: 'reports' })),
    );
    expect(claims).toMatchObject({ scope: 'read', client_id: 'reports' });
    expect(claims.exp).toBeLessThan(issuer.clock() / 1000);
  });

  it('signs with the new key after a rotation', async () => {
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

  it('throws for an unknown override', () => {
    expect(() => issuer.bearer({ scopes: 'read' } as object)).toThrow(
      new TypeError('a token has no option "scopes"; did you mean "scope"?'),
    );
  });
});

describe('TestIssuer.options audience', () => {
  const audienceOf = (trusted: TestIssuer): unknown => decodeJwt(tokenOf(trusted.bearer())).aud;

  it('sets the default audience of tokens on its first call', async () => {
    const trusted = await createTestIssuer({ alg: 'ES256', listen: false });
    expect(audienceOf(trusted)).toBe('https://api.example.com');
    expect(trusted.options({ audience: 'https://a.example' }).audience).toBe('https://a.example');
    expect(audienceOf(trusted)).toBe('https://a.example');
    expect(trusted.options({ audience: 'https://b.example' }).audience).toBe('https://b.example');
    expect(audienceOf(trusted)).toBe('https://a.example');
    expect(trusted.options().audience).toBe('https://a.example');
  });

  it('does not replace the audience option of the issuer', async () => {
    const audience = 'https://own.example';
    const trusted = await createTestIssuer({ alg: 'ES256', listen: false, audience });
    trusted.options({ audience: 'https://b.example' });
    expect(audienceOf(trusted)).toBe(audience);
    expect(trusted.options().audience).toBe(audience);
  });
});
