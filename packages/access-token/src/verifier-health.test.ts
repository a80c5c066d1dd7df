import { describe, expect, it } from 'vitest';
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
});
