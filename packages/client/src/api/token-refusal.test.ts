import { describe, expect, it } from 'vitest';
import { isTokenRefused } from './token-refusal.js';

describe('isTokenRefused', () => {
  it.each([
    ['DPoP error="invalid_token", algs="ES256"', true],
    ['Bearer error="invalid_token"', false],
    ['DPoP error="invalid_dpop_proof"', false],
    ['DPoP error="use_dpop_nonce"', false],
  ])('of %j for a bound token says %s', (field, expected) => {
    expect(isTokenRefused(new Headers({ 'www-authenticate': field }), 'DPoP')).toBe(expected);
  });

  it.each([
    ['Bearer error="invalid_token"', true],
    ['Basic realm="a", Bearer realm="b", error="invalid_token"', true],
    ['Bearer realm="a"', false],
    ['Bearer error="invalid_request"', false],
    ['Bearer error="INVALID_TOKEN"', false],
    ['Basic error="invalid_token"', false],
    ['DPoP error="invalid_token"', false],
    ['Bearer realm="error=\\"invalid_token\\""', false],
    ['Bearer error="insufficient_user_authentication"', false],
    ['Bearer error="invalid_token", error="insufficient_scope"', false],
  ])('of %j says %s', (field, expected) => {
    expect(isTokenRefused(new Headers({ 'www-authenticate': field }), 'Bearer')).toBe(expected);
  });

  it('is false for a response without a challenge', () => {
    expect(isTokenRefused(new Headers(), 'Bearer')).toBe(false);
  });

  it('reads several fields as one list', () => {
    const headers = new Headers();
    headers.append('www-authenticate', 'Basic realm="a"');
    headers.append('www-authenticate', 'Bearer error="invalid_token"');
    expect(isTokenRefused(headers, 'Bearer')).toBe(true);
  });
});
