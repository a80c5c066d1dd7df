import { inspect } from 'node:util';
import { createScopeSet } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { AccessToken } from './access-token.js';

const CANARY = 'canary-token-value';

describe('AccessToken', () => {
  const token = new AccessToken(CANARY, {
    type: 'DPoP',
    expiresAt: 1_700_000_100,
    scopes: createScopeSet(['read', 'write']),
  });

  it('has the token, its type, its expiry and its scopes', () => {
    const { value, type, expiresAt, scopes } = token;
    expect({ value, type, expiresAt, scopes: [...scopes] }).toEqual({
      value: CANARY,
      type: 'DPoP',
      expiresAt: 1_700_000_100,
      scopes: ['read', 'write'],
    });
  });

  it.each([
    ['inspect', () => inspect(token)],
    [
      'inspect with all options',
      () => inspect(token, { showHidden: true, getters: true, depth: 9 }),
    ],
    ['JSON', () => JSON.stringify({ token })],
    ['String', () => String(token as unknown)],
    ['its own keys', () => Reflect.ownKeys(token).join()],
    ['a clone', () => inspect(Object.assign({}, token))],
  ])('keeps the token out of %s', (_case, show) => {
    expect(show()).not.toContain(CANARY);
  });

  it('shows its members without the token', () => {
    expect(JSON.stringify(token)).toBe(
      '{"type":"DPoP","expiresAt":1700000100,"scopes":["read","write"]}',
    );
    expect(inspect(token, { breakLength: Infinity })).toBe(
      "AccessToken { value: '[redacted]', type: 'DPoP', expiresAt: 1700000100, scopes: [ 'read', 'write' ] }",
    );
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(token)).toBe(true);
  });
});
