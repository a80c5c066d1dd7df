import { describe, expect, it } from 'vitest';
import { isTokenRefused } from './token-refusal.js';

describe('isTokenRefused', () => {
  it.each([
    ['Bearer error="invalid_token"', true],
    ['Basic realm="a", Bearer realm="b", error="invalid_token"', true],
    ['Bearer realm="a"', false],
    ['Bearer error="invalid_request"', false],
    ['Bearer error="INVALID_TOKEN"', false],
    ['Basic error="invalid_token"', false],
    ['Bearer realm="error=\\"invalid_token\\""', false],
    ['Bearer error="insufficient_user_authentication"', false],
    ['Bearer error="invalid_token", error="insufficient_scope"', false],
  ])('of %j says %s', (field, expected) => {
    expect(isTokenRefused(new Headers({ 'www-authenticate': field }))).toBe(expected);
  });

  it('is false for a response without a challenge', () => {
    expect(isTokenRefused(new Headers())).toBe(false);
  });

  it('reads several fields as one list', () => {
    const headers = new Headers();
    headers.append('www-authenticate', 'Basic realm="a"');
    headers.append('www-authenticate', 'Bearer error="invalid_token"');
    expect(isTokenRefused(headers)).toBe(true);
  });
});
