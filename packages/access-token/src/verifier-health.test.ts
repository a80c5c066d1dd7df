import { describe, expect, it } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../../test/support/tokens.js';
import { type AccessTokenVerifier, createAccessTokenVerifier, type DpopOptions } from './index.js';

const jwks = {
  keys: [{ kty: 'OKP', crv: 'Ed25519', x: Buffer.alloc(32, 7).toString('base64url') }],
};

function healthWith(dpop?: true | DpopOptions): ReturnType<AccessTokenVerifier['health']> {
  const issuer = 'https://login.example.com';
  const audience = 'https://api.example.com/sales';
  return createAccessTokenVerifier({ issuer, audience, jwks, dpop }).health();
}

describe('health of a verifier', () => {
  it('shows no replay store and no public URL while proofs are not accepted', () => {
    expect(healthWith()).toMatchObject({ replay: undefined, publicUrls: undefined });
  });

  it('shows that proofs are registered in this process, and the default public URL', () => {
    const publicUrls = ['https://api.example.com'];
    expect(healthWith(true)).toMatchObject({ replay: 'process', publicUrls });
  });

  it('shows that proofs are registered in a shared store, and the public URLs', () => {
    const publicUrl = ['https://a.example/shop', 'https://b.example'];
    const replay = { store: { register: () => true } };
    expect(healthWith({ publicUrl, replay })).toMatchObject({
      replay: 'shared',
      publicUrls: publicUrl,
    });
  });

  it('shows how full the token cache is', async () => {
    const verifier = createAccessTokenVerifier({
      ...SECRET_OPTIONS,
      tokenCache: { maxEntries: 2 },
    });
    expect(verifier.health().tokenCache).toEqual({ entries: 0, maxEntries: 2 });
    for (const jti of ['a', 'b', 'c', 'c']) await verifier.verify(signToken({ jti }));
    expect(verifier.health().tokenCache).toEqual({ entries: 2, maxEntries: 2 });
  });

  it('shows no token cache when there is none', () => {
    const verifier = createAccessTokenVerifier({ ...SECRET_OPTIONS, tokenCache: false });
    expect(verifier.health().tokenCache).toBeUndefined();
  });

  it('shows the keys of issuers whose keys are used: signed tokens or signed responses', () => {
    const client = { clientId: 'api', clientSecret: () => 'secret' };
    const issuerWith = (name: string, introspection: object): object => ({
      issuer: `https://${name}.example`,
      audience: 'https://api.example.com',
      introspection: { ...client, tokenPrefix: `${name}_`, ...introspection },
    });
    const verifier = createAccessTokenVerifier({
      issuers: [
        issuerWith('opaque', { tokens: 'opaque' }),
        issuerWith('signed', { tokens: 'opaque', signed: true }),
        issuerWith('both', { tokens: 'both' }),
      ],
    } as never);
    const { issuers, introspection } = verifier.health();
    verifier.close();
    expect(issuers.map(({ issuer }) => issuer)).toEqual([
      'https://signed.example',
      'https://both.example',
    ]);
    expect(introspection).toHaveLength(3);
  });
});
