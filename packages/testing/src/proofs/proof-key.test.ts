import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, exportJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  createProofKey,
  createTestClock,
  createTestIssuer,
  type ProofRequest,
  SIGNING_ALGORITHMS,
} from '../index.js';

const URL_OF_API = 'https://api.example.com/v1/sales';
const get: ProofRequest = { method: 'GET', url: URL_OF_API };

describe('createProofKey', () => {
  it.each(SIGNING_ALGORITHMS)('makes %s proofs that jose verifies', async (alg) => {
    const key = createProofKey({ alg });
    const { protectedHeader, payload } = await jwtVerify(key.proof(get), EmbeddedJWK);
    expect(protectedHeader).toEqual({ typ: 'dpop+jwt', alg, jwk: key.publicJwk });
    expect(payload).toEqual({
      jti: expect.any(String) as unknown,
      iat: expect.any(Number) as unknown,
      htm: 'GET',
      htu: URL_OF_API,
    });
    expect(key.thumbprint).toBe(await calculateJwkThumbprint(key.publicJwk));
    const imported = createPublicKey({ key: key.publicJwk as JsonWebKey, format: 'jwk' });
    expect(key.publicJwk).toEqual(await exportJWK(imported));
  });

  it('uses ES256 by default, and a new key pair each time', () => {
    expect(createProofKey().alg).toBe('ES256');
    expect(createProofKey().thumbprint).not.toBe(createProofKey().thumbprint);
  });

  it('makes a proof with a new jti each time', async () => {
    const key = createProofKey();
    const read = async (): Promise<unknown> =>
      (await jwtVerify(key.proof(get), EmbeddedJWK)).payload.jti;
    expect(await read()).not.toBe(await read());
  });

  it.each([
    ['https://api.example.com/v1/sales?day=1#top', URL_OF_API],
    ['https://api.example.com#/a?b', 'https://api.example.com'],
    [new URL('https://api.example.com/v1/sales?day=1'), URL_OF_API],
    ['HTTPS://API.example.com:443/%7eu', 'HTTPS://API.example.com:443/%7eu'],
  ])('writes the URL %s as htu without its query and its fragment', async (url, htu) => {
    const proof = createProofKey().proof({ method: 'GET', url });
    expect((await jwtVerify(proof, EmbeddedJWK)).payload['htu']).toBe(htu);
  });

  it('creates headers with a token and a proof with its hash', async () => {
    // RFC 9449 §7.1, figure 12: the token and its hash.
    const token = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
    const { authorization, dpop } = createProofKey().headers({ ...get, token, nonce: 'n-1' });
    expect(authorization).toBe(`DPoP ${token}`);
    expect((await jwtVerify(dpop, EmbeddedJWK)).payload).toMatchObject({
      ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo',
      nonce: 'n-1',
    });
  });

  it('replaces and removes members of a proof', async () => {
    const claims = { jti: 'a', htu: undefined, extra: [1] };
    const proof = createProofKey().proof({ ...get, claims, header: { kid: 'k', typ: 'JWT' } });
    const { protectedHeader, payload } = await jwtVerify(proof, EmbeddedJWK);
    expect(protectedHeader).toMatchObject({ typ: 'JWT', kid: 'k' });
    expect(payload).toEqual({
      jti: 'a',
      htm: 'GET',
      iat: expect.any(Number) as unknown,
      extra: [1],
    });
  });

  it('dates proofs by the clock of the issuer that last minted a token for the key', async () => {
    const key = createProofKey();
    const issuedAt = async (): Promise<number | undefined> =>
      (await jwtVerify(key.proof(get), EmbeddedJWK)).payload.iat;
    expect(Math.abs(((await issuedAt()) ?? 0) * 1000 - Date.now())).toBeLessThan(60_000);
    const clock = createTestClock(7_000_999);
    const issuer = await createTestIssuer({ listen: false, alg: 'ES256', clock });
    await issuer.mint({ boundTo: key });
    expect(await issuedAt()).toBe(7000);
    clock.advance(60_000);
    expect(await issuedAt()).toBe(7060);
  });

  it('dates proofs by the option clock', async () => {
    const key = createProofKey({ clock: () => 5000 });
    const issuer = await createTestIssuer({ listen: false, alg: 'ES256' });
    await issuer.mint({ boundTo: key });
    expect((await jwtVerify(key.proof(get), EmbeddedJWK)).payload.iat).toBe(5);
  });

  it.each([
    [{ alg: 'HS256' }, /^option "alg" must be one of RS256, /],
    [{ algorithm: 'ES256' }, 'createProofKey has no option "algorithm"'],
    [{ clock: 5 }, 'option "clock" must be a function that returns milliseconds'],
  ])('rejects the options %j', (options, message) => {
    expect(() => createProofKey(options as object)).toThrow(TypeError);
    expect(() => createProofKey(options as object)).toThrow(message);
  });

  it.each([
    [{ url: URL_OF_API, token: 'a' }, 'option "method" is required'],
    [{ method: 'GET', token: 'a' }, 'option "url" is required'],
    [{ method: 'GET', url: '/v1/sales', token: 'a' }, 'option "url" must be an absolute http or'],
    [get, 'option "token" is required'],
    [{ ...get, token: Promise.resolve('a') }, 'must be an access token; await issuer.mint()'],
    [{ ...get, token: 'a', htm: 'GET' }, 'a proof has no option "htm"; use "method"'],
    [{ ...get, token: 'a', claims: [] }, 'option "claims" must be an object'],
  ])('rejects headers for %j', (request, message) => {
    const key = createProofKey();
    const make = (): unknown => key.headers(request as ProofRequest & { token: string });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
