import { describe, expect, it } from 'vitest';
import { assertUserAuthentication, resolveUserAuthentication } from './user-authentication.js';

const NOW = 1_700_000_000;
const time = { nowSeconds: NOW, clockToleranceSeconds: 5 };
const user = { principal: 'user', authenticationContext: 'phr', authenticatedAt: NOW } as const;

describe('assertUserAuthentication', () => {
  it.each([
    ['one of several acr values', { acrValues: ['phrh', 'phr'] }, {}],
    ['an authentication of this second', { maxAgeSeconds: 0 }, {}],
    ['the oldest authentication', { maxAgeSeconds: 300 }, { authenticatedAt: NOW - 305 }],
    ['a clock that is ahead', { maxAgeSeconds: 300 }, { authenticatedAt: NOW + 5 }],
    ['an unknown principal', { acrValues: ['phr'] }, { principal: 'unknown' } as const],
  ])('accepts %s', (_, required, claims) => {
    expect(() => {
      assertUserAuthentication({ ...user, ...claims }, required, time);
    }).not.toThrow();
  });

  it.each([
    ['acr', 'another acr', { acrValues: ['phrh'] }, {}],
    ['acr', 'no acr', { acrValues: ['phr'] }, { authenticationContext: undefined }],
    ['auth_time', 'a second too old', { maxAgeSeconds: 300 }, { authenticatedAt: NOW - 306 }],
    ['auth_time', 'a time in the future', { maxAgeSeconds: 300 }, { authenticatedAt: NOW + 6 }],
    ['auth_time', 'milliseconds', { maxAgeSeconds: 300 }, { authenticatedAt: NOW * 1000 }],
    ['auth_time', 'infinity', { maxAgeSeconds: 300 }, { authenticatedAt: Infinity }],
    ['auth_time', 'no time', { maxAgeSeconds: 300 }, { authenticatedAt: undefined }],
    ['acr', 'both', { acrValues: ['x'], maxAgeSeconds: 0 }, { authenticatedAt: undefined }],
    ['principal', 'a client', { acrValues: ['phr'] }, { principal: 'client' } as const],
  ])('refuses with the reason %s: %s', (reason, _, required, claims) => {
    expect(() => {
      assertUserAuthentication({ ...user, ...claims }, required, time);
    }).toThrow(expect.objectContaining({ reason }));
  });
});

describe('resolveUserAuthentication', () => {
  it('returns undefined without a requirement, and a copy otherwise', () => {
    expect(resolveUserAuthentication(undefined, undefined)).toBeUndefined();
    const acrValues = ['phr'];
    const required = resolveUserAuthentication(acrValues, 0);
    expect(required).toEqual({ acrValues: ['phr'], maxAgeSeconds: 0 });
    expect(required?.acrValues).not.toBe(acrValues);
  });

  it.each([
    ['acrValues', [[], undefined]],
    ['acrValues', ['phr', undefined]],
    ['acrValues', [['phr phrh'], undefined]],
    ['acrValues', [['ph"r'], undefined]],
    ['acrValues', [['phr', 1], undefined]],
    ['maxAgeSeconds', [undefined, -1]],
    ['maxAgeSeconds', [undefined, 1.5]],
    ['maxAgeSeconds', [undefined, '300']],
    ['maxAgeSeconds', [undefined, Infinity]],
  ])('refuses the option %s: %j', (name, [acrValues, maxAgeSeconds]) => {
    expect(() => resolveUserAuthentication(acrValues, maxAgeSeconds)).toThrow(
      new RegExp(`^option "${name}" must be`),
    );
  });
});
