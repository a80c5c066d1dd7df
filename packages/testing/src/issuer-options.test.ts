import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestIssuer, type TestIssuer, type TestIssuerOptions } from './index.js';

async function open(options: TestIssuerOptions): Promise<TestIssuer> {
  const issuer = await createTestIssuer({ alg: 'ES256', ...options });
  onTestFinished(() => issuer.close());
  return issuer;
}

describe('createTestIssuer({ like })', () => {
  it('mints tokens in the format of the server, also with headers and forged', async () => {
    const issuer = await open({ like: 'okta', listen: false });
    const claims = decodeJwt(await issuer.mint({ scope: 'read write' }));
    expect(claims).toMatchObject({ cid: 'test-client', scp: ['read', 'write'], ver: 1 });
    const [, token = ''] = issuer.bearer({ scope: 'read' }).authorization.split(' ');
    expect(decodeJwt(token)).toMatchObject({ scp: ['read'] });
    expect(decodeProtectedHeader(token)).not.toHaveProperty('typ');
    const [, forged = ''] = issuer.bearer.wrongAudience({ scope: 'read' }).authorization.split(' ');
    expect(decodeJwt(forged)).toMatchObject({ scp: ['read'], aud: 'https://other-api.example' });
  });

  it('mints single tokens in another format', async () => {
    const issuer = await open({ like: 'okta', listen: false });
    expect(decodeJwt(await issuer.mint({ like: 'cognito' }))).toMatchObject({
      token_use: 'access',
    });
  });

  it('listens on a socket unless the issuer is given', async () => {
    const issuer = await open({ like: 'keycloak' });
    expect((await fetch(issuer.jwksUri)).status).toBe(200);
    const imitation = await open({ like: 'keycloak', issuer: 'https://sso.example/realms/sales' });
    expect(imitation.options()).toHaveProperty('fetch', imitation.fetch);
  });

  it.each<[string | undefined, TestIssuerOptions]>([
    ['sales-12345', { like: 'firebase', issuer: 'https://securetoken.google.com/sales-12345' }],
    ['authenticated', { like: 'supabase', issuer: 'https://abc.supabase.co/auth/v1' }],
    ['other', { like: 'supabase', issuer: 'https://abc.supabase.co/auth/v1', audience: 'other' }],
    ['https://first.example', { like: 'keycloak24', listen: false }],
  ])('has the audience %s with %j', async (audience, options) => {
    const issuer = await open(options);
    issuer.options({ audience: 'https://first.example' });
    expect([decodeJwt(await issuer.mint()).aud].flat()[0]).toBe(audience);
  });
});

describe('createTestIssuer({ clientId })', () => {
  it('is the client of tokens that are minted without one', async () => {
    const issuer = await open({ clientId: 'reports', listen: false });
    const tokens = [issuer.mint(), issuer.mint({ clientId: 'other' })];
    const clients = (await Promise.all(tokens)).map((token) => decodeJwt(token)['client_id']);
    expect(clients).toEqual(['reports', 'other']);
  });
});
