import { describe, expect, it } from 'vitest';
import { resolvePossession } from './resolve-possession.js';

const context = { audiences: ['https://api.example.com'], allowHttp: false };

describe('resolvePossession › dangerouslyIgnoreSenderConstraint', () => {
  const dangerouslyIgnoreSenderConstraint = true;

  it.each([
    ['dpop', { dpop: true }],
    ['mtls', { mtls: { certificate: 'socket' } }],
  ])('is refused with %s, which it would switch off', (name, options) => {
    expect(() =>
      resolvePossession({ ...options, dangerouslyIgnoreSenderConstraint }, context),
    ).toThrow(
      new TypeError(
        `option "dangerouslyIgnoreSenderConstraint" cannot be combined with "${name}", because stolen tokens would be accepted; omit one of them`,
      ),
    );
  });

  it('is accepted alone, as false, and beside a list of issuers', () => {
    const accepted = [
      { dangerouslyIgnoreSenderConstraint },
      { dpop: true, dangerouslyIgnoreSenderConstraint: false },
      { dpop: true, dangerouslyIgnoreSenderConstraint, issuers: [] },
    ];
    for (const options of accepted) {
      expect(() => resolvePossession(options, context)).not.toThrow();
    }
  });
});
