import { describe, expect, it } from 'vitest';
import { resolveOptions } from './resolve-options.js';

const audience = 'https://api.example.com';
const [a, b] = [{ issuer: 'https://a.example' }, { issuer: 'https://b.example' }];
const ignores = { dangerouslyIgnoreSenderConstraint: true };
const checks = { dangerouslyIgnoreSenderConstraint: false };

function resolve(options: object): () => unknown {
  return () => resolveOptions({ audience, ...options } as Parameters<typeof resolveOptions>[0]);
}

describe('resolvePossession › dangerouslyIgnoreSenderConstraint', () => {
  it.each([
    ['dpop', { ...a, ...ignores, dpop: true }],
    ['mtls', { ...a, ...ignores, mtls: { certificate: 'socket' } }],
    ['dpop', { issuers: [a, b], ...ignores, dpop: true }],
    ['dpop', { issuers: [{ ...a, ...ignores }], dpop: true }],
    ['mtls', { issuers: [{ issuers: [a, b], ...ignores }], mtls: { certificate: 'socket' } }],
  ])('is refused with %s, which it would switch off: %j', (name, options) => {
    expect(resolve(options)).toThrow(
      new TypeError(
        `option "dangerouslyIgnoreSenderConstraint" cannot be combined with "${name}", because stolen tokens would be accepted; omit one of them`,
      ),
    );
  });

  it.each([
    ['alone', { ...a, ...ignores }],
    ['as false', { ...a, ...checks, dpop: true }],
    ['beside an issuer without it', { issuers: [{ ...a, ...ignores }, b], dpop: true }],
    ['as the default of others', { issuers: [a, { ...b, ...checks }], ...ignores, dpop: true }],
    [
      'beside a function that finds issuers',
      { issuers: { resolve: () => undefined }, ...ignores, dpop: true },
    ],
  ])('is accepted %s', (_case, options) => {
    expect(resolve(options)).not.toThrow();
  });
});
