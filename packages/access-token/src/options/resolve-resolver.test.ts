import { describe, expect, it } from 'vitest';
import { type ResolvedResolver, resolveResolver } from './resolve-resolver.js';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';

const resolve = (): undefined => undefined;
type Options = Readonly<Record<string, unknown>>;

function open(options: Options): ResolvedResolver {
  const resolver = resolveResolver(options, false);
  if (resolver === undefined) throw new Error('not a resolver');
  return resolver;
}

function messageOf(options: Options): string {
  return typeErrorMessageOf(() => open(options));
}

describe('resolveResolver', () => {
  it('is undefined for listed issuers', () => {
    expect(resolveResolver({ issuers: [] }, false)).toBeUndefined();
    expect(resolveResolver({ issuer: 'https://a.example' }, false)).toBeUndefined();
  });

  it('completes the options with defaults', () => {
    expect(open({ issuers: { resolve } })).toMatchObject({ max: 100, maxAgeMs: 600_000 });
    const given = { resolve, max: 5, maxAgeMs: 1_000 };
    expect(open({ issuers: given })).toMatchObject({ max: 5, maxAgeMs: 1_000 });
  });

  it('takes the options next to issuers for unknown issuers', () => {
    const { fallback } = open({ issuers: { resolve }, typ: 'at+jwt', algorithms: ['ES256'] });
    expect(fallback).toMatchObject({ typ: 'at+jwt', algorithms: ['ES256'], audience: [] });
    const hs = open({ issuers: { resolve }, algorithms: ['HS512'], audience: 'api' });
    expect(hs.fallback).toMatchObject({ algorithms: ['HS512'], audience: ['api'] });
  });

  it.each<[string, Options]>([
    ['option "issuers.resolve" must be a function, not undefined', { issuers: {} }],
    ['option "issuers.resolve" must be a function, not a string', { issuers: { resolve: 'a' } }],
    [
      'option "issuers" has no option "maxAge"; did you mean "maxAgeMs"?',
      { issuers: { maxAge: 1 } },
    ],
    ['option "issuers.max" must be an integer from 1 to 100000', { issuers: { resolve, max: 0 } }],
    [
      'option "issuers.max" must be an integer from 1 to 100000',
      { issuers: { resolve, max: 1.5 } },
    ],
    [
      'option "issuers.maxAgeMs" must be a number from 1000 to 86400000',
      { issuers: { resolve, maxAgeMs: 999 } },
    ],
    [
      'option "issuer" cannot be combined with "issuers"; set it on each entry',
      { issuers: { resolve }, issuer: 'https://a.example' },
    ],
    [
      'option "audience" is missing; it must be the "aud" that tokens for this API have',
      { issuers: { resolve }, audience: undefined },
    ],
    ['option "typ" must be "auto", "at+jwt" or "jwt"', { issuers: { resolve }, typ: 'JWT' }],
  ])('throws at start-up: %s', (message, options) => {
    expect(messageOf(options)).toBe(message);
  });

  it('keeps no reference to the options', () => {
    const options = { issuers: { resolve }, audience: 'before' as unknown };
    const { readAnswer } = open(options);
    options.audience = 'after';
    const answer = { issuer: 'https://a.example' };
    expect(readAnswer(answer, 'https://a.example')?.issuer.audience).toEqual(['before']);
  });

  it('compares the issuer character by character', () => {
    const { readAnswer } = open({ issuers: { resolve }, audience: 'api' });
    for (const issuer of ['https://a.example/', 'https://A.example', 'https://a.example ']) {
      expect(() => readAnswer({ issuer: 'https://a.example' }, issuer)).toThrow(
        'option "issuers.resolve().issuer" must be the issuer that the function was called with',
      );
    }
  });

  it('gives issuers with the same options the same fingerprint', () => {
    const { readAnswer } = open({ issuers: { resolve }, audience: 'api' });
    const issuer = 'https://a.example';
    const fingerprintOf = (options: Options): unknown =>
      readAnswer({ issuer, ...options }, issuer)?.fingerprint;
    const plain = fingerprintOf({});
    expect(fingerprintOf({ audience: 'api', typ: undefined })).toBe(plain);
    const secret = Buffer.alloc(32, 'a');
    const others = [
      { audience: 'other' },
      { typ: 'at+jwt' },
      { scopeClaims: ['roles'] },
      { algorithms: ['ES256'] },
      { jwksUri: 'https://a.example/jwks' },
      { secret },
      { secret: Buffer.alloc(32, 'b') },
    ].map(fingerprintOf);
    expect(new Set([plain, ...others]).size).toBe(8);
    expect(others.join()).not.toContain(secret.toString('base64url'));
  });
});
