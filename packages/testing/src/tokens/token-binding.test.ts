import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createProofKey,
  createTestIssuer,
  createVerifiedToken,
  type TestIssuer,
  type TokenOverrides,
} from '../index.js';

const key = createProofKey();
const certificate = { thumbprint: 'A'.repeat(43), pem: '' };

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false, alg: 'ES256' });
});

describe('boundTo', () => {
  it.each<[string, TokenOverrides['boundTo'], object | undefined]>([
    ['no binding', undefined, undefined],
    ['a key', key, { jkt: key.thumbprint }],
    ['a certificate', certificate, { 'x5t#S256': certificate.thumbprint }],
    [
      'a key and a certificate',
      [certificate, key],
      { jkt: key.thumbprint, 'x5t#S256': certificate.thumbprint },
    ],
  ])('binds a token to %s', async (_case, boundTo, cnf) => {
    expect(decodeJwt(await issuer.mint({ boundTo }))['cnf']).toEqual(cnf);
    expect(decodeJwt(await issuer.mint({ boundTo, like: 'okta' }))['cnf']).toEqual(cnf);
    expect(decodeJwt(await issuer.forge.expired({ boundTo }))['cnf']).toEqual(cnf);
    expect(createVerifiedToken({ boundTo }).claims['cnf']).toEqual(cnf);
  });

  it('is replaced by "claims": { cnf }', async () => {
    const token = await issuer.mint({ boundTo: key, claims: { cnf: { jkt: 1 } } });
    expect(decodeJwt(token)['cnf']).toEqual({ jkt: 1 });
  });

  it.each([
    ['a string', key.thumbprint],
    ['null', null],
    ['an empty array', []],
    ['two keys', [key, createProofKey()]],
    ['two certificates', [certificate, certificate]],
    ['an array with a string', [key, 'a']],
    ['an object without a thumbprint', { publicJwk: {} }],
  ])('cannot be %s', async (_case, boundTo) => {
    const overrides = { boundTo } as unknown as TokenOverrides;
    await expect(issuer.mint(overrides)).rejects.toThrow(TypeError);
    await expect(issuer.mint(overrides)).rejects.toThrow(/^option "boundTo" must be a key of /);
  });
});

describe('createVerifiedToken', () => {
  it.each([
    [{ boundTo: key }, { jkt: key.thumbprint, x5tS256: undefined }],
    [{ boundTo: [key, certificate] }, { jkt: key.thumbprint, x5tS256: certificate.thumbprint }],
    [{ claims: { cnf: { 'x5t#S256': 'a' } } }, { jkt: undefined, x5tS256: 'a' }],
    [{ claims: { cnf: { other: 1 } } }, undefined],
    [{}, undefined],
  ])('derives the confirmation of %j', (overrides, confirmation) => {
    const token = createVerifiedToken(overrides as { claims: object });
    expect(token.confirmation).toEqual(confirmation);
    expect(Object.isFrozen(token.confirmation)).toBe(true);
  });
});
